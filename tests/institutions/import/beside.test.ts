import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "sql-template-tag";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../../shared/graphql/runtime.ts";
import { newId } from "../../../shared/ids.ts";
import { writeBeside } from "../../../shared/import/beside.ts";
import { institutionFiles, institutions } from "../../../subgraphs/institutions/subgraph.ts";
import { writeRecords } from "../../bench/import-beside.ts";
import type { TestDatabase } from "../../database.ts";
import { emptyDatabase } from "../../database.ts";

const RECORDS = 1_000;

describe("an import beside others", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-beside-"));
  const file = join(folder, "ror.json");
  let place: TestDatabase;
  let importer: RunningSubgraph;
  let server: RunningSubgraph;
  beforeAll(() => writeRecords(file, RECORDS));
  beforeEach(async () => {
    place = emptyDatabase("beside");
    importer = await startSubgraph(institutions, place.location);
    server = await startSubgraph(institutions, place.location);
  });
  afterEach(async () => {
    await importer.close();
    await server.close();
    await place.drop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const seen = async () => {
    const { data, errors } = await server.execute(
      { query: "{ institutions(first: 1) { totalCount nodes { name } } }" },
      VISITOR,
    );
    expect(errors).toBeUndefined();
    const events = await server.readFeed(0, 100_000);
    return [(data!["institutions"] as { totalCount: number }).totalCount, events.length].join();
  };
  const found = (name: string) =>
    server.db.write((tx) =>
      tx.run(
        sql`INSERT INTO consortium (id, name, name_key, is_invented) VALUES (${newId("Consortium")}, ${name}, ${name}, ${false})`,
      ),
    );

  it("shows all of its file at once, and others write meanwhile", async () => {
    let isOver = false;
    const done = institutionFiles.ror(importer.db, file, {}).finally(() => void (isOver = true));
    const sights = new Set<string>();
    let writes = 0;
    while (!isOver) {
      sights.add(await seen());
      if (!isOver) await found(`Network ${writes}`).then(() => writes++);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await done).toMatchObject({ created: RECORDS, rejected: 0 });
    expect(await seen()).toBe(`${RECORDS},${RECORDS}`);
    // Institutions and what is told of them are read one after the other: only the second may be of the end.
    for (const sight of sights)
      for (const count of sight.split(",")) expect(["0", `${RECORDS}`]).toContain(count);
    expect(writes).toBeGreaterThan(3);
    const [kept] = await server.db.read<{ count: number }>(sql`SELECT COUNT(*) AS count FROM consortium`);
    expect(Number(kept!.count)).toBe(writes);
    expect(await institutionFiles.ror(importer.db, file, {})).toMatchObject({ unchanged: RECORDS });
  }, 120_000);

  it("takes back what one that was stopped has left, which nobody saw", async () => {
    await institutionFiles.ror(importer.db, file, {});
    const before = await seen();
    // What a killed import leaves: institutions that are hidden, what belongs to them, and what is not told yet.
    await server.db.write(async (tx) => {
      const id = newId("Institution");
      await tx.run(
        sql`INSERT INTO institution (id, name, name_key, type, status, is_invented, created_at, updated_at) SELECT ${id}, name, name_key, type, status, is_invented, created_at, updated_at FROM institution LIMIT 1`,
      );
      await tx.run(sql`INSERT INTO institution_pending (id) VALUES (${id})`);
      await tx.run(
        sql`INSERT INTO identifier (institution_id, scheme, value, is_preferred) VALUES (${id}, 'GRID', 'x', 0)`,
      );
      await tx.run(
        sql`INSERT INTO outbox (sequence, kind, record_id, recorded_at) VALUES (-1, 'institution', ${id}, '2026-01-01 00:00:00.000000')`,
      );
    });
    expect(await seen()).toBe(before);
    if (server.db.dialect === "mysql") return;
    expect(await institutionFiles.ror(importer.db, file, {})).toMatchObject({ unchanged: RECORDS });
    for (const [table, count] of [
      ["institution", RECORDS],
      ["institution_pending", 0],
    ] as const) {
      const rows = await server.db.read(
        table === "institution" ? sql`SELECT id FROM institution` : sql`SELECT id FROM institution_pending`,
      );
      expect([table, rows.length]).toEqual([table, count]);
    }
    expect(await server.db.read(sql`SELECT no FROM identifier WHERE value = 'x'`)).toEqual([]);
    expect(await server.db.read(sql`SELECT id FROM outbox WHERE sequence = -1`)).toEqual([]);
  }, 120_000);

  it("starts again when somebody else has changed the same row meanwhile", async () => {
    await found("A network");
    let attempts = 0;
    const write = {
      records: "institution",
      belongsBy: "institution_id",
      pending: "institution_pending",
      owned: ["institution"],
      outbox: "outbox",
    };
    await writeBeside(importer.db, write, async (tx) => {
      attempts++;
      if (attempts === 1 && server.db.dialect === "sqlite")
        await server.db.write((other) => other.run(sql`UPDATE consortium SET name = 'Another network'`));
      const [now] = await tx.read<{ name: string }>(sql`SELECT name FROM consortium`);
      await tx.run(sql`UPDATE consortium SET description = ${`It was ${now!.name}.`}`);
    });
    const [end] = await server.db.read(sql`SELECT name, description FROM consortium`);
    expect(end).toEqual(
      server.db.dialect === "sqlite"
        ? { name: "Another network", description: "It was Another network." }
        : { name: "A network", description: "It was A network." },
    );
    expect(attempts).toBe(server.db.dialect === "sqlite" ? 2 : 1);
  });
});
