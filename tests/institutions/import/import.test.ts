import sql from "sql-template-tag";
import type { RunningSubgraph } from "../../../shared/graphql/runtime.ts";
import type { AmbiguousMatch } from "../../../subgraphs/institutions/import/importer.ts";
import type { RowProblem } from "../../../subgraphs/institutions/import/source.ts";
import { institutionFiles, institutions } from "../../../subgraphs/institutions/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../../database.ts";
import { fileOf } from "./files.ts";

const HEADER = "UNITID,INSTNM,CITY,STABBR,CONTROL,SECTOR,WEBADDR,LATITUDE,LONGITUD";
const row = (unitid: number, name: string, host = "", city = "Dayton") =>
  `${unitid},"${name}",${city},OH,1,1,${host},39.75,-84.19`;
const csv = (...rows: string[]) => `${[HEADER, ...rows].join("\n")}\n`;

const ror = (id: string, name: string, more: object = {}) => ({
  id: `https://ror.org/0${id}`,
  status: "active",
  types: ["education"],
  names: [
    { value: "AU", types: ["acronym"], lang: null },
    { value: name, types: ["ror_display"], lang: "en" },
  ],
  locations: [
    {
      geonames_id: 4509884,
      geonames_details: {
        name: "Dayton",
        country_code: "US",
        country_subdivision_code: "OH",
        lat: 39.76,
        lng: -84.19,
      },
    },
    {
      geonames_id: 2643743,
      geonames_details: {
        name: "London",
        country_code: "GB",
        country_subdivision_code: "ENG",
        lat: 51.5,
        lng: -0.1,
      },
    },
  ],
  ...more,
});

let subgraph: RunningSubgraph;
beforeEach(async () => {
  subgraph = await startTestSubgraph(institutions);
});
afterEach(() => subgraph.close());

async function load(source: "ipeds" | "ror", content: string | readonly object[], isDryRun = false) {
  const problems: RowProblem[] = [];
  const ambiguous: AmbiguousMatch[] = [];
  const steps: number[] = [];
  const report = await institutionFiles[source](
    subgraph.db,
    fileOf(typeof content === "string" ? content : JSON.stringify(content)),
    {
      isDryRun,
      asOf: "2023",
      isConfirmed: true,
      onProblem: (problem) => problems.push(problem),
      onAmbiguous: (match) => ambiguous.push(match),
      onProgress: (bytes) => steps.push(bytes),
    },
  );
  return { report, problems, ambiguous, steps };
}

const rowsOf = (statement: string) => subgraph.db.read<Record<string, unknown>>(sql([statement]));

/** Everything the registry says, but for ids and instants: the same for the same files. */
async function registry() {
  const of = (table: string, columns: string) =>
    rowsOf(
      `SELECT i.unitid, i.ror, ${columns} FROM ${table} p JOIN institution i ON i.id = p.institution_id ORDER BY i.unitid, i.ror, ${columns}`,
    );
  return {
    institutions: await rowsOf(
      `SELECT name, name_key, type, control, level, sector, carnegie, locale, is_hbcu, is_tribal, is_land_grant, status, country,
         subdivision, city, latitude, longitude, website, ror, unitid, established FROM institution ORDER BY unitid, ror`,
    ),
    names: await of("institution_name", "p.kind, p.value, p.value_key, p.lang"),
    identifiers: await of("identifier", "p.scheme, p.value, p.is_preferred"),
    locations: await of(
      "institution_location",
      "p.position, p.city, p.subdivision, p.country, p.geonames_id",
    ),
    relationships: await of("institution_relationship", "p.kind, p.related_ror"),
  };
}

describe("An institution of both registers", () => {
  it("has the names, identifiers and places of both, in their order", async () => {
    await load("ipeds", csv(row(100001, "Alpha University-Main Campus", "www.alpha.edu")));
    await load("ror", [ror("12345678", "Alpha University", { domains: ["alpha.edu", "alpha.org"] })]);
    const { names, identifiers, locations } = await registry();
    expect(names.map(({ kind, value, lang }) => [kind, value, lang])).toEqual([
      ["ACRONYM", "AU", null],
      ["DISPLAY", "Alpha University", "en"],
      ["LABEL", "Alpha University-Main Campus", "en"],
    ]);
    expect(locations.map(({ city, country, geonames_id }) => [city, country, geonames_id])).toEqual([
      ["Dayton", "US", 4509884],
      ["London", "GB", 2643743],
    ]);
    const preferred = identifiers.filter((each) => Number(each["is_preferred"]) === 1);
    expect(preferred.map(({ scheme, value }) => [scheme, value])).toEqual([
      ["DOMAIN", "alpha.edu"],
      ["ROR", "https://ror.org/012345678"],
      ["UNITID", "100001"],
    ]);
  });

  it("has closed when either register says so", async () => {
    await load("ipeds", csv(row(100001, "Alpha University", "alpha.edu")));
    await load("ror", [ror("12345678", "Alpha University", { domains: ["alpha.edu"], status: "inactive" })]);
    expect((await registry()).institutions).toMatchObject([{ status: "INACTIVE", unitid: "100001" }]);
  });

  it("keeps one membership of a consortium when both were members", async () => {
    await load("ipeds", csv(row(100001, "Alpha University", "alpha.edu")));
    await load("ror", [ror("12345678", "Something Else")]);
    const ids = (await rowsOf("SELECT id FROM institution ORDER BY id")).map(({ id }) => id as string);
    await subgraph.db.write(async (tx) => {
      for (const name of ["one", "two"]) {
        await tx.run(
          sql`INSERT INTO consortium (id, name, name_key, is_invented) VALUES (${`cons_${name}`}, ${name}, ${name}, 0)`,
        );
      }
      const join = (consortium: string, id: string, role: string) =>
        tx.run(
          sql`INSERT INTO membership (id, consortium_id, institution_id, role, status, joined_on, data_sharing_tier) VALUES (${`${consortium}:${ids.indexOf(id)}`}, ${consortium}, ${id}, ${role}, 'ACTIVE', '2020-07-01', 'FIGURES')`,
        );
      await join("cons_one", ids[0]!, "LEAD");
      await join("cons_one", ids[1]!, "MEMBER");
      await join("cons_two", ids[1]!, "MEMBER");
    });
    expect((await load("ror", [ror("12345678", "Alpha University")])).report).toMatchObject({
      updated: 1,
      matched: 1,
    });
    expect(
      await rowsOf("SELECT consortium_id, institution_id, role FROM membership ORDER BY consortium_id"),
    ).toEqual([
      { consortium_id: "cons_one", institution_id: ids[0], role: "LEAD" },
      { consortium_id: "cons_two", institution_id: ids[0], role: "MEMBER" },
    ]);
    expect(await rowsOf("SELECT alias_id, id FROM record_alias")).toEqual([{ alias_id: ids[1], id: ids[0] }]);
    const told = (await subgraph.readFeed(0, 1_000)).filter(({ kind }) => kind === "membership");
    expect(new Map(told.map(({ recordId, payload }) => [recordId, payload]))).toEqual(
      new Map([
        ["cons_one:1", null],
        [
          // A membership that moves stays the same.
          "cons_two:1",
          {
            consortiumId: "cons_two",
            institutionId: ids[0],
            role: "MEMBER",
            status: "ACTIVE",
            joinedOn: "2020-07-01",
            leftOn: null,
            dataSharingTier: "FIGURES",
            change: null,
          },
        ],
      ]),
    );
  });

  it("belongs to the record that is clearly the most alike, and the other is told of", async () => {
    await load("ipeds", csv(row(100001, "Alpha University", "alpha.edu")));
    const file = [
      ror("12345678", "Alpha University", { domains: ["alpha.edu"] }),
      ror("12345689", "Alpha University Online", { domains: ["alpha.edu"] }),
    ];
    const first = await load("ror", file);
    expect(first.report).toMatchObject({ created: 2, matched: 1, ambiguous: 1 });
    expect(first.ambiguous).toMatchObject([
      { ror: "https://ror.org/012345689", candidates: [{ unitid: "100001" }] },
    ]);
    const again = await load("ror", file);
    expect(again.report).toMatchObject({ created: 0, updated: 0, unchanged: 2, matched: 0, ambiguous: 1 });
    expect(again.ambiguous).toEqual(first.ambiguous);
  });

  it("does not take a campus for certain because another record has taken the other", async () => {
    await load(
      "ipeds",
      csv(row(100001, "Alpha University", "alpha.edu"), row(100002, "Alpha University-North", "alpha.edu")),
    );
    const whole = ror("12345678", "Alpha University", { domains: ["alpha.edu"], locations: [] });
    const north = ror("12345689", "Alpha University North", { domains: ["alpha.edu"] });
    for (const file of [[whole, north], [whole]]) {
      await load("ror", file);
      expect(await rowsOf("SELECT unitid FROM institution WHERE ror = 'https://ror.org/012345678'")).toEqual([
        { unitid: null },
      ]);
    }
  });
});

describe("An import", () => {
  it("reports the same in a dry run, and sends nothing to the database for a file that is broken", async () => {
    const file = csv(row(100001, "Alpha"), "1,2", row(100002, "Beta"));
    const dry = await load("ipeds", file, true);
    expect(await registry()).toMatchObject({ institutions: [], names: [] });
    const real = await load("ipeds", file);
    expect({ ...dry.report, isDryRun: false, isApplied: true }).toEqual(real.report);
    expect(dry.problems).toEqual(real.problems);
    expect(await statementsOf(subgraph, () => load("ipeds", `${file}100003,"cut`).catch(() => {}))).toEqual(
      [],
    );
  });

  it("tells how far it is, up to the whole file", async () => {
    const file = csv(...Array.from({ length: 1_200 }, (_, index) => row(100000 + index, `School ${index}`)));
    const { steps } = await load("ipeds", file);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.at(-1)).toBe(Buffer.byteLength(file));
  });

  it("sends a few statements for some hundred rows, new or changed", async () => {
    const file = (city: string) =>
      csv(...Array.from({ length: 2_000 }, (_, index) => row(100000 + index, `School ${index}`, "", city)));
    expect((await statementsOf(subgraph, () => load("ipeds", file("Dayton")))).length).toBeLessThan(120);
    expect((await statementsOf(subgraph, () => load("ipeds", file("Akron")))).length).toBeLessThan(120);
    expect(await rowsOf("SELECT city, COUNT(*) AS n FROM institution GROUP BY city")).toMatchObject([
      { city: "Akron" },
    ]);
  });

  it("takes texts as long as they may be, whatever folding makes of them", async () => {
    const long = "ﬃ".repeat(300);
    const { report } = await load("ror", [
      ror("12345678", long, {
        domains: [`${"a".repeat(60)}.${"b".repeat(70)}.edu`],
        links: [{ type: "website", value: `https://alpha.edu/${"x".repeat(900)}` }],
        external_ids: [{ type: "isni", all: ["1".repeat(119)] }],
      }),
    ]);
    expect(report).toMatchObject({ created: 1, rejected: 0 });
    expect((await registry()).institutions).toMatchObject([{ name: long, name_key: "ffi".repeat(100) }]);
  });
});
