import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import sql, { raw } from "sql-template-tag";
import { DEFINITIONS } from "../../gateway/embedded.ts";
import type { SubgraphName } from "../../shared/config.ts";
import { readConfig } from "../../shared/config.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import type { TestPlatform } from "./processes.ts";
import { build, consortia, emptyPlatform, finished, onServer, stopAll, until } from "./processes.ts";

beforeAll(build, 120_000);

/** How many rows some tables have. */
async function countsOf({ env }: TestPlatform, tables: Partial<Record<SubgraphName, readonly string[]>>) {
  const counts: Record<string, number> = {};
  for (const [name, own] of Object.entries(tables) as [SubgraphName, string[]][]) {
    const subgraph = await startSubgraph(DEFINITIONS[name], readConfig(env).databases[name]);
    for (const table of own) {
      const [row] = await subgraph.db.read<{ n: number }>(sql`SELECT COUNT(*) AS n FROM ${raw(table)}`);
      counts[table] = Number(row!.n);
    }
    await subgraph.close();
  }
  return counts;
}

describe("an import that is killed", () => {
  const ROWS = 10_000;
  const TABLES = {
    institutions: ["institution", "source_record", "institution_name", "institution_location", "outbox"],
  } as const;
  let platform: TestPlatform;
  let file: string;

  beforeAll(async () => {
    platform = emptyPlatform();
    file = join(platform.folder, "hd2030.csv");
    writeFileSync(file, ipedsFile(ROWS));
    expect(await finished(["migrate"], platform.env)).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(async () => {
    await stopAll();
    await platform.drop();
  });

  it("shows nothing half, wherever it was", async () => {
    for (const moment of [isWriting, isAddingHidden]) {
      const importing = consortia(["import", "ipeds", file], platform.env);
      await until("the import writes", async () => !importing.isRunning || (await moment(platform)), 60_000);
      expect(await importing.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
      expect(await shownOf(platform)).toEqual({ institutions: 0, events: 0 });
    }
  }, 240_000);

  it("is whole when it is run again, and a further run changes nothing", async () => {
    const again = await finished(["import", "ipeds", file], platform.env);
    expect(again.stdout).toContain(`Done: ${ROWS} created, 0 updated, 0 unchanged, 0 rejected`);
    const whole = await countsOf(platform, TABLES);
    expect(whole).toMatchObject({
      institution: ROWS,
      source_record: ROWS,
      institution_location: ROWS,
      outbox: ROWS,
    });

    const third = await finished(["import", "ipeds", file], platform.env);
    expect(third.stdout).toContain(`Done: 0 created, 0 updated, ${ROWS} unchanged, 0 rejected`);
    expect(third.stdout).toContain("Nothing changed");
    expect(third.code).toBe(0);
    expect(await countsOf(platform, TABLES)).toEqual(whole);
  }, 120_000);
});

describe("a demo network whose loading is killed", () => {
  it("is whole when it is loaded again", async () => {
    const platform = emptyPlatform();
    try {
      for (const name of ["institutions", "programs", "metrics"] as const) {
        const loading = consortia(["demo"], platform.env);
        await until(`${name} has tables`, () => hasTables(platform, name));
        await loading.stop("SIGKILL");
      }
      const loading = consortia(["demo"], platform.env);
      await new Promise((done) => setTimeout(done, 1_000 + 1_000 * Math.random()));
      await loading.stop("SIGKILL");
      expect(await finished(["demo"], platform.env)).toMatchObject({ code: 0 });
      const world = demoWorld();
      const { institutions, partners, partnerships, programs } = world.counts;
      const observations = [...world.subjects()].reduce(
        (sum, subject) => sum + [...subject.observations()].length,
        0,
      );
      const counts = await countsOf(platform, {
        institutions: ["institution", "membership", "consortium"],
        partners: ["partner_organization", "partnership", "agreement", "outbox"],
        programs: ["program", "partnership_projection"],
        metrics: ["subject", "observation", "indicator", "institution_dim", "partnership_dim", "program_dim"],
      });
      const { agreement } = counts;
      expect(agreement).toBeGreaterThan(partnerships);
      expect(counts).toEqual({
        agreement,
        institution: institutions,
        membership: institutions,
        consortium: world.consortia.length,
        partner_organization: partners,
        partnership: partnerships,
        outbox: partners + partnerships + agreement!,
        program: programs,
        partnership_projection: partnerships,
        subject: institutions + partnerships + programs,
        observation: observations,
        indicator: world.indicators.length,
        institution_dim: institutions,
        partnership_dim: partnerships,
        program_dim: programs,
      });
    } finally {
      await stopAll();
      await platform.drop();
    }
  }, 120_000);
});

/** What others see of institutions: those that no import hides, and the events that are not withheld. */
async function shownOf({ env }: TestPlatform) {
  const subgraph = await startSubgraph(DEFINITIONS.institutions, readConfig(env).databases.institutions);
  const countOf = async (from: string) => {
    const [row] = await subgraph.db.read<{ n: number }>(sql`SELECT COUNT(*) AS n FROM ${raw(from)}`);
    return Number(row!.n);
  };
  const shown = {
    institutions: await countOf("institution WHERE id NOT IN (SELECT id FROM institution_pending)"),
    events: await countOf("outbox WHERE sequence IS NULL OR sequence > 0"),
  };
  await subgraph.close();
  return shown;
}

/** Whether an import has begun to bring hidden institutions over; on MariaDB, which hides none, whether it writes. */
async function isAddingHidden(platform: TestPlatform): Promise<boolean> {
  const { institutions } = readConfig(platform.env).databases;
  if (!("file" in institutions)) return isWriting(platform);
  const db = new Libsql(institutions.file, { readonly: true, timeout: 10_000 });
  try {
    return db.prepare("SELECT 1 FROM institution_pending LIMIT 1").get() !== undefined;
  } finally {
    db.close();
  }
}

/** Whether an import writes: on the embedded database into a copy, else in a transaction that has not committed. */
async function isWriting({ env }: TestPlatform): Promise<boolean> {
  const { institutions } = readConfig(env).databases;
  if ("file" in institutions) return existsSync(`${institutions.file}.import/copy.sqlite`);
  // The server makes this table anew only when nobody has read it for a tenth of a second.
  await new Promise((done) => setTimeout(done, 120));
  const writing = await onServer(
    `SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
     WHERE p.db = ? AND t.trx_rows_modified > 0`,
    [institutions.url.pathname.slice(1)],
  );
  return writing.length > 0;
}

/** Whether a subgraph's database has begun to be. */
async function hasTables({ env }: TestPlatform, name: SubgraphName): Promise<boolean> {
  const location = readConfig(env).databases[name];
  if ("file" in location) return existsSync(location.file);
  const found = await onServer("SELECT 1 FROM information_schema.tables WHERE table_schema = ?", [
    location.url.pathname.slice(1),
  ]);
  return found.length > 1;
}

/** A directory file like IPEDS', of schools that don't exist. */
function ipedsFile(rows: number): string {
  const lines = [
    "UNITID,INSTNM,IALIAS,CITY,STABBR,OPEID,WEBADDR,SECTOR,ICLEVEL,CONTROL,HLOFFER,CYACTIVE,LONGITUD,LATITUDE",
  ];
  for (let row = 0; row < rows; row++) {
    lines.push(
      `${100000 + row},"School ${row} of Testing","T${row}","Town ${row % 300}",OH,${String(row).padStart(6, "0")}00,www.school${row}.example/,${1 + (row % 9)},1,${1 + (row % 3)},9,1,-82.${row % 1000},40.${row % 1000}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
