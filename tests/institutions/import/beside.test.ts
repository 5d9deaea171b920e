import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../../shared/graphql/runtime.ts";
import { newId } from "../../../shared/ids.ts";
import { writeBeside } from "../../../shared/import/beside.ts";
import type { LongWrite } from "../../../shared/import/transfer.ts";
import { Overtaken } from "../../../shared/import/transfer.ts";
import { institutionFiles, institutions } from "../../../subgraphs/institutions/subgraph.ts";
import { writeRecords } from "../../bench/import-beside.ts";
import type { TestDatabase } from "../../database.ts";
import { emptyDatabase } from "../../database.ts";
import { fileOf } from "./files.ts";

const RECORDS = 1_000;
const OPERATOR: Viewer = {
  id: "person_somebody",
  kind: "PERSON",
  organisationIds: [],
  consortia: [{ id: newId("Consortium"), roles: ["OPERATOR"] }],
};
const WRITE: LongWrite = {
  records: "institution",
  belongsBy: "institution_id",
  pending: "institution_pending",
  owned: ["institution", "institution_name", "identifier", "source_record", "record_alias"],
  restartsOn: ["institution", "institution_match"],
  outbox: "outbox",
};

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
    await writeBeside(importer.db, WRITE, async (tx) => {
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

  it("counts what somebody decides while it runs, and leaves nothing on a dry run", async () => {
    const unit = (no: number, name: string) => `${no},${name},Dayton,OH,1,1,alpha.edu`;
    const units = fileOf(
      `UNITID,INSTNM,CITY,STABBR,CONTROL,SECTOR,WEBADDR\n${unit(100001, "Alpha University-North")}\n${unit(100002, "Alpha University-South")}\n`,
    );
    const ror = "https://ror.org/012345678";
    const records = (established: number) =>
      fileOf(
        JSON.stringify([
          {
            id: ror,
            status: "active",
            types: ["education"],
            names: [{ value: "Alpha University", types: ["ror_display"], lang: "en" }],
            domains: ["alpha.edu"],
            locations: [
              {
                geonames_id: 1,
                geonames_details: { name: "Dayton", country_code: "US", country_subdivision_code: "OH" },
              },
            ],
            established,
          },
        ]),
      );
    await institutionFiles.ipeds(importer.db, units, { asOf: "2022" });
    await institutionFiles.ror(importer.db, records(1900), { asOf: "2022" });
    const before = await seen();
    const dry = await institutionFiles.ror(importer.db, records(1901), { asOf: "2023", isDryRun: true });
    expect(dry).toMatchObject({ updated: 1, isApplied: false });
    expect(await seen()).toBe(before);
    expect(await server.db.read(sql`SELECT as_of FROM source_record WHERE source = 'ROR'`)).toEqual([
      { as_of: "2022" },
    ]);

    // The copy is made, the import is at work, and none of the rows that it writes is one that is decided on.
    const decide = async () => {
      const { errors } = await server.execute(
        {
          query: `mutation { joinInstitutions(input: { ror: "${ror}", unitid: "100002" }) { ror } }`,
        },
        OPERATOR,
      );
      expect(errors).toBeUndefined();
    };
    const seenUnits: (string | null)[] = [];
    await writeBeside(importer.db, WRITE, async (tx) => {
      if (seenUnits.length === 0 && tx.dialect === "sqlite") await decide();
      const [now] = await tx.read<{ unitid: string | null }>(
        sql`SELECT unitid FROM institution WHERE ror = ${ror}`,
      );
      seenUnits.push(now!.unitid);
      await tx.run(sql`UPDATE institution SET established = 1902 WHERE ror = ${ror}`);
    });
    const isEmbedded = server.db.dialect === "sqlite";
    expect(seenUnits).toEqual(isEmbedded ? [null, "100002"] : [null]);
    expect(await server.db.read(sql`SELECT unitid, established FROM institution WHERE ror = ${ror}`)).toEqual(
      [{ unitid: isEmbedded ? "100002" : null, established: 1902 }],
    );
  });

  describe("of unique values that move", () => {
    const [ONE, TWO, THREE, NETWORK] = ["institution_1", "institution_2", "institution_3", "consortium_1"];
    const add = (tx: Transaction, id: string, ror: string | null, unitid: string | null) =>
      tx.run(
        sql`INSERT INTO institution (id, name, name_key, type, status, ror, unitid, is_invented, created_at, updated_at)
            VALUES (${id}, ${id}, ${id}, 'EDUCATION', 'ACTIVE', ${ror}, ${unitid}, 0, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000')`,
      );
    const addPart = (tx: Transaction, id: string, value: string) =>
      tx.run(
        sql`INSERT INTO identifier (institution_id, scheme, value, is_preferred) VALUES (${id}, 'GRID', ${value}, 0)`,
      );
    const join = (tx: Transaction, id: string, institutionId: string) =>
      tx.run(
        sql`INSERT INTO membership (id, consortium_id, institution_id, role, status, data_sharing_tier)
            VALUES (${id}, ${NETWORK}, ${institutionId}, 'MEMBER', 'ACTIVE', 'FIGURES')`,
      );
    const all = () =>
      server.db.read(
        sql`SELECT i.id, i.ror, i.unitid, d.value, m.id AS membership FROM institution i LEFT JOIN identifier d ON d.institution_id = i.id
            LEFT JOIN membership m ON m.institution_id = i.id ORDER BY i.id, d.value`,
      );
    const row = (
      id: string,
      ror: string | null,
      unitid: string | null,
      value: string,
      membership: string | null,
    ) => ({ id, ror, unitid, value, membership });

    beforeEach(() =>
      server.db.write(async (tx) => {
        await tx.run(
          sql`INSERT INTO consortium (id, name, name_key, is_invented) VALUES (${NETWORK}, 'Network', 'network', 1)`,
        );
        await add(tx, ONE, "x", "1");
        await add(tx, TWO, "y", "2");
        await addPart(tx, ONE, "a");
        await addPart(tx, TWO, "b");
        await join(tx, "membership_1", ONE);
        await join(tx, "membership_2", TWO);
      }),
    );

    it("writes what two records have exchanged", async () => {
      await writeBeside(importer.db, WRITE, async (tx) => {
        await tx.run(sql`UPDATE institution SET ror = NULL, unitid = NULL`);
        await tx.run(sql`UPDATE institution SET ror = 'y', unitid = '2' WHERE id = ${ONE}`);
        await tx.run(sql`UPDATE institution SET ror = 'x', unitid = '1' WHERE id = ${TWO}`);
        // Through a third value, as no statement can exchange two.
        await tx.run(sql`UPDATE identifier SET value = 'c' WHERE institution_id = ${ONE}`);
        await tx.run(sql`UPDATE identifier SET institution_id = ${ONE}, value = 'a' WHERE value = 'b'`);
        await tx.run(sql`UPDATE identifier SET institution_id = ${TWO}, value = 'b' WHERE value = 'c'`);
        await tx.run(sql`DELETE FROM membership`);
        await join(tx, "membership_2", ONE);
        await join(tx, "membership_1", TWO);
      });
      expect(await all()).toEqual([
        row(ONE, "y", "2", "a", "membership_2"),
        row(TWO, "x", "1", "b", "membership_1"),
      ]);
    });

    it.each([
      ["stays", false],
      ["goes", true],
    ])("writes a new record that takes over the values of one that %s", async (_, goes) => {
      await writeBeside(importer.db, WRITE, async (tx) => {
        await tx.run(sql`UPDATE institution SET ror = NULL WHERE id = ${ONE}`);
        await tx.run(sql`DELETE FROM membership WHERE institution_id = ${ONE}`);
        if (goes) await tx.run(sql`DELETE FROM institution WHERE id = ${ONE}`);
        await add(tx, THREE, "x", goes ? "1" : null);
        await addPart(tx, THREE, "a");
        await join(tx, "membership_1", THREE);
      });
      expect(await all()).toEqual([
        ...(goes ? [] : [row(ONE, null, "1", "a", null)]),
        row(TWO, "y", "2", "b", "membership_2"),
        row(THREE, "x", goes ? "1" : null, "a", "membership_1"),
      ]);
      expect(await server.db.read(sql`SELECT id FROM institution_pending`)).toEqual([]);
    });

    it("starts again when a record that goes has got a membership meanwhile", async () => {
      if (server.db.dialect === "mysql") return;
      await server.db.write((tx) => tx.run(sql`DELETE FROM membership WHERE institution_id = ${ONE}`));
      const seenMemberships: number[] = [];
      await writeBeside(importer.db, WRITE, async (tx) => {
        const there = await tx.read(sql`SELECT id FROM membership WHERE institution_id = ${ONE}`);
        seenMemberships.push(there.length);
        if (there.length === 0) await server.db.write((other) => join(other, "membership_3", ONE));
        await tx.run(sql`DELETE FROM membership WHERE institution_id = ${ONE}`);
        await tx.run(sql`DELETE FROM institution WHERE id = ${ONE}`);
      });
      expect(seenMemberships).toEqual([0, 1]);
      expect(await all()).toEqual([row(TWO, "y", "2", "b", "membership_2")]);
    });

    it("leaves all as it was when it gives up", async () => {
      if (server.db.dialect === "mysql") return;
      const before = await all();
      let attempts = 0;
      const write = writeBeside(importer.db, WRITE, async (tx) => {
        const payload = `{"attempt":${++attempts}}`;
        await server.db.write((other) =>
          publish(other, [{ kind: "institution_match", recordId: "a b", payload: { payload } }]),
        );
        await tx.run(sql`UPDATE institution SET ror = NULL WHERE id = ${ONE}`);
        await add(tx, THREE, "x", null);
      });
      await expect(write).rejects.toThrow(Overtaken);
      expect(attempts).toBe(3);
      expect(await all()).toEqual(before);
      expect(await server.db.read(sql`SELECT id FROM institution_pending`)).toEqual([]);
    });
  });
});
