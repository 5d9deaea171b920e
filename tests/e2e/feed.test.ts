import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sql } from "sql-template-tag";
import sql, { raw } from "sql-template-tag";
import { DEFINITIONS } from "../../gateway/embedded.ts";
import type { SubgraphName } from "../../shared/config.ts";
import { readConfig } from "../../shared/config.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { emptyDatabase } from "../database.ts";
import type { RunningProcess, TestPlatform } from "./processes.ts";
import { build, emptyPlatform, ROOT, run, stopAll } from "./processes.ts";

const ROUNDS = 6;
const FOLLOWERS = ["programs", "metrics"] as const;

/** What the scripts below begin with: the built platform, as a process of its own would have it. */
const PRELUDE = `
  import "reflect-metadata";
  import sql, { join, raw } from "sql-template-tag";
  const load = (path) => import(${JSON.stringify(`${pathToFileURL(join(ROOT, "dist")).href}/`)} + path);
  const { readConfig } = await load("shared/config.js");
  const { startSubgraph } = await load("shared/graphql/runtime.js");
  const { DEFINITIONS } = await load("gateway/embedded.js");
  const open = (name) => startSubgraph(DEFINITIONS[name], readConfig().databases[name]);
  const chance = (share) => Math.random() < share;
  const pause = () => new Promise((done) => setTimeout(done, Math.random() * 10));
`;

/** Changes, removes and makes partnerships for as long as it lives, each with its event in one transaction. */
const WRITER = `${PRELUDE}
  const { publish } = await load("shared/feed/outbox.js");
  const { demoWorld } = await load("shared/demo/world.js");
  const { db } = await open("partners");
  const ids = [...demoWorld().partnerships()].map(({ id }) => id);
  const parties = [...demoWorld().institutions(), ...demoWorld().partners()].map(({ id }) => id);
  const oneOf = (list) => list[Math.floor(Math.random() * list.length)];
  const lock = raw(db.dialect === "mysql" ? "FOR UPDATE" : "");
  const [template] = await db.read(sql\`SELECT * FROM partnership LIMIT 1\`);
  const columns = raw(Object.keys(template).join(", "));

  const change = async (tx) => {
    const id = oneOf(ids);
    const [row] = await tx.read(sql\`SELECT * FROM partnership WHERE id = \${id} \${lock}\`);
    await tx.run(sql\`DELETE FROM partnership_party WHERE partnership_id = \${id}\`);
    if (row && chance(0.2)) {
      await tx.run(sql\`DELETE FROM partnership WHERE id = \${id}\`);
      return publish(tx, [{ kind: "partnership", recordId: id, payload: null }]);
    }
    const now = { ...(row ?? template), id, visibility: oneOf(["PUBLIC", "CONSORTIUM", "PARTIES"]), name: "Name " + Math.random() };
    if (!row) await tx.run(sql\`INSERT INTO partnership (\${columns}) VALUES (\${join(Object.values(now))})\`);
    else await tx.run(sql\`UPDATE partnership SET visibility = \${now.visibility}, name = \${now.name} WHERE id = \${id}\`);
    const members = [...new Set([oneOf(parties), oneOf(parties), oneOf(parties)])].map((each) => ({ id: each, role: "PARTNER" }));
    for (const [position, member] of members.entries()) {
      await tx.run(sql\`INSERT INTO partnership_party (partnership_id, party_id, party_kind, role, is_signatory, position)
        VALUES (\${id}, \${member.id}, 'INSTITUTION', \${member.role}, 1, \${position})\`);
    }
    await publish(tx, [{ kind: "partnership", recordId: id, payload: {
      consortiumId: now.consortium_id, visibility: now.visibility, name: now.name, type: now.type, subtype: now.subtype,
      modality: now.modality, scope: now.scope, stage: now.stage, startsOn: now.starts_on, endsOn: now.ends_on, parties: members,
    } }]);
  };
  for (let isFirst = true; ; isFirst = false) {
    // Several writers are in each other's way at times: what was taken back is as if it had not been.
    await db.write(async (tx) => { do await change(tx); while (chance(0.5)); }).catch(() => {});
    if (isFirst) console.log("writing");
    await pause();
  }
`;

/** Follows the partners' feed into programs and metrics, and keeps a list of what was delivered. */
const FOLLOWER = `${PRELUDE}
  const { catchUp } = await load("shared/feed/consumer.js");
  const { insertRows } = await load("shared/data/bulk.js");
  const partners = await open("partners");
  const followers = [];
  for (const name of ${JSON.stringify(FOLLOWERS)}) {
    const { db, definition } = await open(name);
    const { apply } = definition.subscriptions.find(({ source }) => source === "partners");
    followers.push([db, {
      source: "partners",
      apply: async (tx, events) => {
        await apply(tx, events);
        await insertRows(tx, "delivery", ["sequence"], events.map(({ sequence }) => ({ sequence })));
        console.log("following");
      },
    }]);
  }
  const follow = async ([db, subscription]) => {
    for (;;) {
      // A few events at a time, so that there are many moments between two deliveries.
      await catchUp(db, subscription, (after) => partners.readFeed(after, 3)).catch(() => {});
      await pause();
    }
  };
  await Promise.all(followers.map(follow));
`;

const script = (text: string, env: Record<string, string>) =>
  run([process.execPath, "--input-type=module", "--eval", text], env);

beforeAll(build, 120_000);

describe("a change feed whose writers and followers are killed at any moment", () => {
  let platform: TestPlatform;
  const open = new Map<string, RunningSubgraph>();
  const read = async <Row extends object>(name: string, statement: Sql) =>
    open.get(name)!.db.read<Row>(statement);

  beforeAll(async () => {
    platform = emptyPlatform();
    const { databases } = readConfig(platform.env);
    for (const name of ["partners", ...FOLLOWERS] as SubgraphName[]) {
      open.set(name, await startSubgraph(DEFINITIONS[name], databases[name]));
    }
    const partners = open.get("partners")!;
    await partners.definition.loadDemo!(partners.db, demoWorld(), () => {});
    for (const name of FOLLOWERS) {
      await open.get(name)!.db.write((tx) => tx.run(sql`CREATE TABLE delivery (sequence INT NOT NULL)`));
    }

    const start = {
      writer: () => script(WRITER, platform.env),
      other: () => script(WRITER, platform.env),
      follower: () => script(FOLLOWER, platform.env),
    };
    const running = new Map<string, RunningProcess>(
      Object.entries(start).map(([name, begin]) => [name, begin()]),
    );
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([...running.values()].map((each) => each.line(/writing|following/)));
      await new Promise((done) => setTimeout(done, 100 + Math.random() * 300));
      const victims = round % 2 === 0 ? (["writer", "follower"] as const) : (["other", "follower"] as const);
      for (const name of victims) {
        expect(await running.get(name)!.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
        if (round < ROUNDS - 1) running.set(name, start[name]());
      }
    }
    await stopAll();
  }, 120_000);

  afterAll(async () => {
    await stopAll();
    for (const subgraph of open.values()) await subgraph.close();
    await platform.drop();
  });

  const delivered = async (name: string) =>
    (await read<{ sequence: number }>(name, sql`SELECT sequence FROM delivery`)).map(
      ({ sequence }) => sequence,
    );

  it("delivers each event once, whatever was committed when the process died", async () => {
    const partners = open.get("partners")!;
    for (const name of FOLLOWERS) {
      const before = await delivered(name);
      expect(before.length).toBeGreaterThan(ROUNDS);
      const { db, definition } = open.get(name)!;
      const { apply, forget } = definition.subscriptions!.find(({ source }) => source === "partners")!;
      const last: number[] = [];
      await catchUp(
        db,
        {
          source: "partners",
          forget,
          apply: async (tx, events) => {
            await apply(tx, events);
            last.push(...events.map(({ sequence }) => sequence));
          },
        },
        partners.readFeed,
      );
      const all = await read<{ sequence: number | null }>(
        "partners",
        sql`SELECT sequence FROM outbox ORDER BY sequence`,
      );
      expect([...before, ...last].sort((a, b) => a - b)).toEqual(all.map(({ sequence }) => sequence));
      expect(new Set(all.map(({ sequence }) => sequence)).size).toBe(all.length);
    }
  });

  it("leaves the followers with what the partners' own tables say", async () => {
    const own = await partnershipsOf(open.get("partners")!, "partnership", "partnership_party");
    expect(own.length).toBeGreaterThan(2);
    for (const name of FOLLOWERS) {
      const projected = await partnershipsOf(
        open.get(name)!,
        "partnership_projection",
        "partnership_party_projection",
      );
      expect(projected).toEqual(own);
    }
    const names = sql`SELECT id, name FROM partnership ORDER BY id`;
    expect(await read("metrics", sql`SELECT id, name FROM partnership_dim ORDER BY id`)).toEqual(
      await read("partners", names),
    );
  });

  it("brings a follower that starts from nothing to the same", async () => {
    const database = emptyDatabase("programs");
    const fresh = await startSubgraph(DEFINITIONS.programs, database.location);
    try {
      for (const subscription of fresh.definition.subscriptions!.filter(({ source }) => open.has(source))) {
        await catchUp(fresh.db, subscription, open.get(subscription.source)!.readFeed);
      }
      const tables = ["partnership_projection", "partnership_party_projection"] as const;
      expect(await partnershipsOf(fresh, ...tables)).toEqual(
        await partnershipsOf(open.get("programs")!, ...tables),
      );
    } finally {
      await fresh.close();
      await database.drop();
    }
  });
});

/** Who may see which partnership, as a subgraph's tables have it. */
async function partnershipsOf({ db }: RunningSubgraph, table: string, partyTable: string) {
  const rows = await db.read<{ id: string }>(
    sql`SELECT id, consortium_id, visibility FROM ${raw(table)} ORDER BY id`,
  );
  const parties = await db.read<{ partnership_id: string; party_id: string }>(
    sql`SELECT partnership_id, party_id FROM ${raw(partyTable)} ORDER BY partnership_id, party_id`,
  );
  const known = new Set(rows.map(({ id }) => id));
  expect(parties.filter(({ partnership_id }) => !known.has(partnership_id))).toEqual([]);
  return rows.map((row) => ({
    ...row,
    parties: parties
      .filter(({ partnership_id }) => partnership_id === row.id)
      .map(({ party_id }) => party_id),
  }));
}
