import * as fc from "fast-check";
import sql from "sql-template-tag";
import type { RunningSubgraph } from "../../../shared/graphql/runtime.ts";
import { institutionFiles, institutions } from "../../../subgraphs/institutions/subgraph.ts";
import { startTestSubgraph } from "../../database.ts";
import { describeWithRealData, realData } from "../../real-data.ts";
import { fileOf } from "./files.ts";

/** Everything the registry says, but for ids and instants. */
async function registryOf({ db }: RunningSubgraph): Promise<unknown[]> {
  const parts = [
    sql`SELECT name, name_key, type, control, level, sector, carnegie, locale, is_hbcu, status, country, subdivision, city,
          latitude, longitude, website, ror, unitid, established, new_unitid FROM institution ORDER BY unitid, ror`,
    sql`SELECT i.unitid, i.ror, n.kind, n.value, n.lang FROM institution_name n JOIN institution i ON i.id = n.institution_id ORDER BY i.unitid, i.ror, n.kind, n.value`,
    sql`SELECT i.unitid, i.ror, d.scheme, d.value, d.is_preferred FROM identifier d JOIN institution i ON i.id = d.institution_id ORDER BY i.unitid, i.ror, d.scheme, d.value`,
    sql`SELECT i.unitid, i.ror, l.position, l.city, l.geonames_id FROM institution_location l JOIN institution i ON i.id = l.institution_id ORDER BY i.unitid, i.ror, l.position`,
    sql`SELECT i.ror, r.kind, r.related_ror, o.ror AS other FROM institution_relationship r JOIN institution i ON i.id = r.institution_id LEFT JOIN institution o ON o.id = r.related_id ORDER BY i.ror, r.kind, r.related_ror`,
    sql`SELECT ror, state, reason, unitid FROM institution_match ORDER BY ror`,
    sql`SELECT ror, unitid, total_score, is_same FROM match_candidate ORDER BY ror, unitid`,
    sql`SELECT source, source_key, as_of, seen_as_of, kept, payload FROM source_record ORDER BY source, source_key`,
  ];
  const rows: unknown[] = [];
  for (const part of parts) rows.push(...(await db.read(part)));
  return rows;
}

/** A file and as of when it is. */
interface DatedFile {
  readonly source: "ipeds" | "ror";
  readonly asOf?: string;
  readonly path: string;
}

async function importAll(db: RunningSubgraph, files: readonly DatedFile[]): Promise<void> {
  for (const { source, asOf, path } of files) {
    const options = { isConfirmed: true, ...(asOf === undefined ? {} : { asOf }) };
    await institutionFiles[source](db.db, path, options);
  }
}

const TABLES = [
  "institution_name",
  "identifier",
  "institution_location",
  "institution_relationship",
  "institution",
  "record_alias",
  "source_record",
  "source_sighting",
  "institution_match",
  "match_candidate",
  "outbox",
];

async function empty({ db }: RunningSubgraph): Promise<void> {
  await db.write(async (tx) => {
    for (const table of TABLES) await tx.run(sql([`DELETE FROM ${table}`]));
  });
}

/* A small world: a few universities over three years, in one state or two, some under one site. */

const COLUMNS = [
  "UNITID",
  "INSTNM",
  "CITY",
  "STABBR",
  "CONTROL",
  "SECTOR",
  "WEBADDR",
  "OPEID",
  "NEWID",
  "CLOSEDAT",
];
const NAMES = ["Alpha University", "Alpha State University", "The Alpha University", "Beta College"];
const CITIES = ["Dayton", "Akron"];

const unit = fc.record({
  name: fc.constantFrom(...NAMES),
  city: fc.constantFrom(...CITIES),
  site: fc.constantFrom("alpha.edu", "beta.edu", " "),
  opeid: fc.constantFrom("100200", "1002.5", "-2"),
  control: fc.constantFrom("1", "Public", "?"),
  newId: fc.constantFrom("-2", "100001", "100002"),
  closed: fc.constantFrom("-2", "-2", "6/30/22", "NA"),
});
const year = fc.array(fc.option(unit, { freq: 3 }), { minLength: 4, maxLength: 4 });
const record = fc.record({
  name: fc.constantFrom(...NAMES),
  city: fc.constantFrom(...CITIES),
  site: fc.constantFrom("alpha.edu", "beta.edu", null),
  status: fc.constantFrom("active", "active", "inactive", "withdrawn"),
  successor: fc.constantFrom(null, 0, 1),
});
const release = fc.array(fc.option(record, { freq: 3 }), { minLength: 3, maxLength: 3 });

type Unit = typeof unit extends fc.Arbitrary<infer T> ? T : never;
type Record = typeof record extends fc.Arbitrary<infer T> ? T : never;

function ipedsFile(units: readonly (Unit | null)[], hasNewId: boolean): string {
  const columns = COLUMNS.filter((name) => hasNewId || name !== "NEWID");
  const rows = units.flatMap((each, index) => {
    if (!each) return [];
    const values: Readonly<{ [column: string]: string }> = {
      UNITID: String(100001 + index),
      INSTNM: each.name,
      CITY: each.city,
      STABBR: "OH",
      CONTROL: each.control,
      SECTOR: "1",
      WEBADDR: each.site,
      OPEID: each.opeid,
      NEWID: each.newId,
      CLOSEDAT: each.closed,
    };
    return [columns.map((name) => values[name]!).join(",")];
  });
  return fileOf(`${[columns.join(","), ...rows].join("\n")}\n`);
}

const rorId = (index: number) => `https://ror.org/01234567${index}`.slice(0, 24) + `0${index}`.slice(-1);

function rorFile(records: readonly (Record | null)[]): string {
  const list = records.flatMap((each, index) =>
    each === null
      ? []
      : [
          {
            id: rorId(index),
            status: each.status,
            types: ["education"],
            names: [{ value: each.name, types: ["ror_display"], lang: "en" }],
            domains: each.site ? [each.site] : [],
            locations: [
              {
                geonames_id: 1,
                geonames_details: { name: each.city, country_code: "US", country_subdivision_code: "OH" },
              },
            ],
            relationships: each.successor === null ? [] : [{ type: "successor", id: rorId(each.successor) }],
          },
        ],
  );
  return fileOf(JSON.stringify(list));
}

describe("The registry after the files of several years", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => void (subgraph = await startTestSubgraph(institutions)));
  afterAll(() => subgraph.close());

  it("is the same whatever their order, and whichever comes twice", async () => {
    const worlds = fc.tuple(fc.tuple(year, year, year), fc.tuple(release, release), fc.boolean());
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(worlds, order, fc.nat(4), async ([years, releases, hasNewId], shuffled, again) => {
        const files: DatedFile[] = [
          ...years.map((units, index): DatedFile => {
            return { source: "ipeds", asOf: `202${index}`, path: ipedsFile(units, hasNewId || index !== 1) };
          }),
          ...releases.map((records, index): DatedFile => {
            return { source: "ror", asOf: `2021-0${index + 1}-15`, path: rorFile(records) };
          }),
        ];
        await empty(subgraph);
        await importAll(subgraph, files);
        const inOrder = await registryOf(subgraph);
        await empty(subgraph);
        await importAll(
          subgraph,
          [...shuffled, again].map((index) => files[index]!),
        );
        expect(await registryOf(subgraph)).toEqual(inOrder);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

describeWithRealData("The real files of two years and ROR", () => {
  const files: readonly DatedFile[] = [
    { source: "ipeds", path: realData.ipeds },
    { source: "ror", path: realData.ror },
    { source: "ipeds", path: realData.ipeds2023 },
  ];

  it("make one registry, in which no living university is closed under another's name", async () => {
    const registries: unknown[][] = [];
    for (const order of [files, [...files].reverse()]) {
      const subgraph = await startTestSubgraph(institutions);
      try {
        await importAll(subgraph, order);
        registries.push(await registryOf(subgraph));
        expect(
          await subgraph.db.read(
            sql`SELECT unitid, name, status, ror FROM institution WHERE unitid IN ('151111', '231165', '214777', '495767') ORDER BY unitid`,
          ),
        ).toEqual([
          { unitid: "151111", name: "Indiana University-Indianapolis", status: "ACTIVE", ror: null },
          {
            unitid: "214777",
            name: "Pennsylvania State University",
            status: "ACTIVE",
            ror: "https://ror.org/04p491231",
          },
          {
            unitid: "231165",
            name: "Vermont State University",
            status: "ACTIVE",
            ror: "https://ror.org/03m6ee736",
          },
          { unitid: "495767", name: "The Pennsylvania State University", status: "INACTIVE", ror: null },
        ]);
      } finally {
        await subgraph.close();
      }
    }
    const [first, second] = registries as [unknown[], unknown[]];
    expect(second).toHaveLength(first.length);
    expect(second.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(first[index]))).toBe(-1);
  }, 240_000);
});
