import sql, { raw } from "sql-template-tag";
import type { Database } from "../../shared/data/database.ts";
import { openDatabase } from "../../shared/data/open.ts";
import type { TestDatabase } from "../database.ts";
import { emptyDatabase } from "../database.ts";

const TABLES = { name: "reads", entities: [], migrations: [] };

/** Counts 10¹² rows: nobody waits for its end. */
const ENDLESS = sql`SELECT COUNT(*) AS count FROM ${raw(
  Array.from("abcdefghijkl", (name) => `(SELECT 0 AS n ${"UNION ALL SELECT 1 ".repeat(9)}) ${name}`).join(),
)}`;
const ONE = sql`SELECT 1 AS one`;

const codeOf = (read: Promise<unknown>) =>
  read.then(
    () => "read",
    (error: { extensions?: { code?: string } }) => error.extensions?.code ?? String(error),
  );

/** Whether something has been settled within a few turns of the event loop. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => void (settled = true);
  work.then(done, done);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  return settled;
}

describe("reads of a request", () => {
  let place: TestDatabase;
  const opened: Database[] = [];
  const open = async (timeLimit: number) => {
    const db = await openDatabase(place.location, TABLES, { timeLimit });
    opened.push(db);
    return db;
  };
  beforeAll(() => void (place = emptyDatabase("reads")));
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.close();
  });
  afterAll(() => place.drop());

  it("end at the time limit, with a stable code, and leave a connection that reads on", async () => {
    const db = await open(300);
    expect(await codeOf(db.read(ENDLESS))).toBe("LIMIT_EXCEEDED");
    expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(db.read(ONE))))).toEqual(
      Array<string>(20).fill("read"),
    );
  });

  it("keep the event loop and other requests going while a statement runs", async () => {
    const db = await open(2_000);
    const endless = codeOf(db.forRequest().read(ENDLESS));
    const order: string[] = [];
    void endless.then(() => order.push("endless"));
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(await db.forRequest().read(ONE)).toEqual([{ one: 1 }]);
      order.push("other");
    }
    expect(await endless).toBe("LIMIT_EXCEEDED");
    expect(order).toEqual(["other", "other", "other", "other", "other", "endless"]);
  });

  it("are a few at once, so that one request leaves connections to others", async () => {
    const db = await open(1_000);
    const greedy = db.forRequest();
    const reads = Array.from({ length: 60 }, () => codeOf(greedy.read(ENDLESS)));
    expect(await codeOf(db.forRequest().read(ONE))).toBe("read");
    expect(await isSettled(Promise.race(reads))).toBe(false);
    // Once one has passed the limit, those that wait are refused without being run: 20 rounds of a second it is not.
    const began = Date.now();
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["LIMIT_EXCEEDED"]));
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await codeOf(db.forRequest().read(ONE))).toBe("read");
  });

  it("that wait are not run any more when the request has ended", async () => {
    const db = await open(1_500);
    const end = new AbortController();
    const abandoned = db.forRequest(end.signal);
    const reads = Array.from({ length: 20 }, () => codeOf(abandoned.read(ENDLESS)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    end.abort(new Error("The client has gone."));
    expect(await Promise.race(reads)).toBe("UNAVAILABLE");
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["UNAVAILABLE"]));
    expect(await codeOf(abandoned.read(ONE))).toBe("UNAVAILABLE");
    expect(await codeOf(db.read(ONE))).toBe("read");
  });

  it("see every write that was acknowledged, and rows in their order", async () => {
    const db = await open(30_000);
    await db.write((tx) =>
      tx.run(sql`CREATE TABLE IF NOT EXISTS counted (no integer PRIMARY KEY, half double)`),
    );
    for (let no = 1; no <= 250; no++) {
      await db.write((tx) => tx.run(sql`INSERT INTO counted (no, half) VALUES (${no}, ${no / 2})`));
      const [last] = await db.read<{ no: number }>(sql`SELECT no FROM counted ORDER BY no DESC LIMIT 1`);
      expect(last!.no).toBe(no);
    }
    const rows = await db.read<{ no: number; half: number }>(
      sql`SELECT no, half FROM counted ORDER BY no DESC`,
    );
    expect(rows).toEqual(
      Array.from({ length: 250 }, (_, index) => ({ no: 250 - index, half: (250 - index) / 2 })),
    );
  });
});
