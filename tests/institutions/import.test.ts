import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "sql-template-tag";
import { VISITOR } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import type { AmbiguousMatch } from "../../subgraphs/institutions/import/importer.ts";
import type { RowProblem } from "../../subgraphs/institutions/import/source.ts";
import { institutionFiles, institutions } from "../../subgraphs/institutions/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import { describeWithRealData, realData } from "../real-data.ts";

const HEADER =
  "UNITID,INSTNM,IALIAS,CITY,STABBR,ZIP,EIN,UEIS,OPEID,WEBADDR,SECTOR,ICLEVEL,CONTROL,HLOFFER,HBCU,TRIBAL,LOCALE,LANDGRNT,CYACTIVE,CLOSEDAT,LONGITUD,LATITUDE";
const ALPHA =
  '100001,"Alpha University","AU|The Alpha","Dayton","OH","45402",12345678,"ABCDEFGH1234",100200,"www.alpha.example/",1,1,1,9,2,2,12,1,1,"-2",-84.19,39.75';
const BETA =
  '100002,"Béta College"," ","Toledo","OH","2141","-2","-2","-2"," ",2,1,2,5,1,2,-3,2,1,"6/30/2021",-83.5,41.6';

const RECORD = {
  id: "https://ror.org/012345678",
  status: "active",
  types: ["education", "funder"],
  established: 1901,
  names: [
    { value: "Alpha University", types: ["ror_display", "label"], lang: "en" },
    { value: "AU", types: ["acronym"], lang: null },
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
  ],
  domains: ["alpha.example"],
  links: [{ type: "website", value: "https://www.alpha.example" }],
  external_ids: [{ type: "isni", all: ["0000 0001 2345 6789"], preferred: null }],
  relationships: [{ type: "parent", id: "https://ror.org/087654321", label: "Not in the file" }],
};

const folder = mkdtempSync(join(tmpdir(), "consortia-import-"));
let files = 0;
function file(content: string | Buffer): string {
  const path = join(folder, `${files++}.txt`);
  writeFileSync(path, content);
  return path;
}

let subgraph: RunningSubgraph;
beforeEach(async () => {
  subgraph = await startTestSubgraph(institutions);
});
afterEach(() => subgraph.close());

async function load(source: "ipeds" | "ror", content: string | Buffer, isDryRun = false) {
  const problems: RowProblem[] = [];
  const ambiguous: AmbiguousMatch[] = [];
  const report = await institutionFiles[source](subgraph.db, file(content), {
    isDryRun,
    asOf: "2023",
    isConfirmed: true,
    onProblem: (problem) => problems.push(problem),
    onAmbiguous: (match) => ambiguous.push(match),
  });
  return { report, problems, ambiguous };
}

const DETAILS = `name type control status subdivision website ror unitid established isHbcu locale
  names { value kind } identifiers { scheme value } locations { city geonamesId } relationships { kind relatedRor institution { name } }`;

async function all(): Promise<any[]> {
  const { data } = await subgraph.execute(
    { query: `{ institutions(first: 100) { nodes { ${DETAILS} } } }` },
    VISITOR,
  );
  return (data as any).institutions.nodes;
}

describe("An IPEDS file", () => {
  it("is read by its columns' names, with zeros restored and sentinels left out", async () => {
    const { report, problems } = await load("ipeds", `${HEADER}\n${ALPHA}\n${BETA}\n`);
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 0, opened: 1 });
    expect(report).toMatchObject({ matched: 0, ambiguous: 0, doubts: [], isApplied: true });
    // The one that says which columns the file doesn't have.
    expect(report.warnings).toBe(1);
    const [alpha, beta] = await all();
    expect(alpha).toMatchObject({
      name: "Alpha University",
      type: "UNIVERSITY",
      control: "PUBLIC",
      unitid: "100001",
      website: "https://www.alpha.example/",
      locale: 12,
      isHbcu: false,
    });
    expect(alpha.identifiers).toEqual(
      expect.arrayContaining([
        { scheme: "OPEID", value: "00100200" },
        { scheme: "EIN", value: "012345678" },
        { scheme: "DOMAIN", value: "alpha.example" },
        { scheme: "UEI", value: "ABCDEFGH1234" },
      ]),
    );
    expect(alpha.names.map((name: any) => name.value)).toEqual(["Alpha University", "AU", "The Alpha"]);
    expect(beta).toMatchObject({
      name: "Béta College",
      type: "COLLEGE",
      status: "INACTIVE",
      locale: null,
      isHbcu: true,
      website: null,
    });
    expect(beta.identifiers).toEqual([{ scheme: "UNITID", value: "100002" }]);
  });

  it.each([
    ["Latin-1", Buffer.from(`${HEADER}\n${BETA}\n`, "latin1")],
    ["UTF-8", Buffer.from(`${HEADER}\n${BETA}\n`, "utf8")],
    ["UTF-8 with a byte-order mark", Buffer.from(`\uFEFF${HEADER}\n${BETA}\n`, "utf8")],
  ])("is read in %s", async (_encoding, content) => {
    await load("ipeds", content);
    expect((await all()).map(({ name }) => name)).toEqual(["Béta College"]);
  });

  it("is imported once: a second run changes nothing, a later file updates", async () => {
    await load("ipeds", `${HEADER}\n${ALPHA}\n${BETA}\n`);
    const before = await all();
    expect((await load("ipeds", `${HEADER}\n${ALPHA}\n${BETA}\n`)).report).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 2,
    });
    expect(await all()).toEqual(before);
    const later = `${HEADER}\n${ALPHA.replace("Dayton", "Kettering")}\n${BETA}\n`;
    expect((await load("ipeds", later)).report).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    expect((await all())[0].locations).toEqual([{ city: "Kettering", geonamesId: null }]);
  });

  it("goes on behind a broken row and says what was expected and what was there", async () => {
    const rows = [
      HEADER,
      ALPHA.replace("100001", "abc"),
      "1,2,3",
      BETA.replace(",2,1,2,5,", ",77,1,2,5,"),
      ALPHA.replace(",39.75", ",139.75"),
      ALPHA,
      ALPHA,
    ];
    const { report, problems } = await load("ipeds", rows.join("\n"));
    expect(report).toMatchObject({ created: 1, rejected: 5 });
    expect(problems).toEqual([
      { row: 2, column: "UNITID", expected: "six to eight digits", got: "abc" },
      { row: 3, column: "(row)", expected: "22 columns", got: "3 columns" },
      { row: 4, column: "SECTOR", expected: "0 to 9, or 99", got: "77" },
      { row: 5, column: "LATITUDE", expected: "-90 to 90", got: "139.75" },
      { row: 7, column: "UNITID", expected: "each unit once in a file", got: "100001 again" },
    ]);
  });

  it.each([
    ["without the columns it needs", "A,B\n1,2\n", "missing UNITID, INSTNM, CITY, STABBR, CONTROL, SECTOR"],
    ["that ends in the middle of a quoted field", `${HEADER}\n${ALPHA}\n100009,"Gam`, "not whole CSV"],
    ["that is empty", "", "empty"],
  ])("is refused whole %s", async (_what, content, message) => {
    await expect(load("ipeds", content)).rejects.toThrow(message);
    expect(await all()).toEqual([]);
    expect(await subgraph.readFeed(0, 10)).toEqual([]);
  });

  it("is only reported on in a dry run", async () => {
    expect((await load("ipeds", `${HEADER}\n${ALPHA}\n`, true)).report).toMatchObject({ created: 1 });
    expect(await all()).toEqual([]);
    expect((await load("ipeds", `${HEADER}\n${ALPHA}\n`)).report).toMatchObject({ created: 1 });
  });

  it("tells the other subgraphs what changed, and nothing when nothing did", async () => {
    await load("ipeds", `${HEADER}\n${ALPHA}\n`);
    const events = await subgraph.readFeed(0, 10);
    expect(events).toMatchObject([
      { kind: "institution", payload: { name: "Alpha University", country: "US", subdivision: "OH" } },
    ]);
    await load("ipeds", `${HEADER}\n${ALPHA}\n`);
    expect(await subgraph.readFeed(0, 10)).toHaveLength(1);
  });
});

describe("A ROR file", () => {
  it("is read with names, identifiers and relations to records it doesn't have", async () => {
    await load("ror", JSON.stringify([RECORD]));
    const [alpha] = await all();
    expect(alpha).toMatchObject({ ror: RECORD.id, established: 1901, type: "UNIVERSITY", status: "ACTIVE" });
    expect(alpha.identifiers).toEqual(
      expect.arrayContaining([{ scheme: "ISNI", value: "0000 0001 2345 6789" }]),
    );
    expect(alpha.relationships).toEqual([
      { kind: "PARENT", relatedRor: "https://ror.org/087654321", institution: null },
    ]);
    await load(
      "ror",
      JSON.stringify([
        RECORD,
        {
          ...RECORD,
          id: "https://ror.org/087654321",
          domains: [],
          links: [],
          names: [{ value: "Alpha System", types: ["ror_display"] }],
        },
      ]),
    );
    expect(
      (await all()).find(({ name }) => name === "Alpha University").relationships[0].institution,
    ).toEqual({ name: "Alpha System" });
  });

  it("is refused whole when it is cut off, and goes on behind a broken record", async () => {
    await expect(load("ror", JSON.stringify([RECORD]).slice(0, -20))).rejects.toThrow(
      "not a whole JSON array",
    );
    expect(await all()).toEqual([]);
    const { report, problems } = await load(
      "ror",
      JSON.stringify([{ ...RECORD, status: "gone" }, { ...RECORD, id: "x" }, RECORD]),
    );
    expect(report).toMatchObject({ created: 1, rejected: 2 });
    expect(problems).toEqual([
      { row: 1, column: "status", expected: "active, inactive or withdrawn", got: '"gone"' },
      { row: 2, column: "id", expected: "a ROR id, https://ror.org/0…", got: '"x"' },
    ]);
  });
});

describe("Institutions that both registers know", () => {
  const csv = `${HEADER}\n${ALPHA}\n${BETA}\n`;
  const json = JSON.stringify([RECORD]);

  it("become one, whichever file comes first", async () => {
    await load("ipeds", csv);
    expect((await load("ror", json)).report).toMatchObject({ created: 1, matched: 1 });
    const first = await all();
    await subgraph.close();
    subgraph = await startTestSubgraph(institutions);
    await load("ror", json);
    expect((await load("ipeds", csv)).report).toMatchObject({ created: 2, matched: 1 });
    expect(await all()).toEqual(first);
    expect(first).toHaveLength(2);
    expect(first[0]).toMatchObject({
      unitid: "100001",
      ror: RECORD.id,
      control: "PUBLIC",
      established: 1901,
    });
  });

  it("keep the id of the one that was there, and an alias for one that is given up", async () => {
    const stranger = {
      ...RECORD,
      domains: ["other.example"],
      links: [],
      names: [{ value: "Something Else", types: ["ror_display"], lang: "en" }],
    };
    await load("ipeds", csv);
    await load("ror", JSON.stringify([stranger]));
    const ids = async () =>
      subgraph.db.read<{ id: string }>(
        sql`SELECT id FROM institution WHERE unitid = '100001' OR ror = ${RECORD.id} ORDER BY id`,
      );
    const [kept, given] = (await ids()).map(({ id }) => id);
    expect((await load("ror", json)).report).toMatchObject({ updated: 1, matched: 1 });
    expect(await ids()).toEqual([{ id: kept }]);
    const { data } = await subgraph.execute(
      { query: `{ institution(id: "${given}") { id name } }` },
      VISITOR,
    );
    expect(data).toEqual({ institution: { id: kept, name: "Alpha University" } });
    expect(
      (await subgraph.readFeed(0, 100)).filter(({ recordId }) => recordId === given).at(-1),
    ).toMatchObject({ payload: null });
  });

  it("are listed with their candidates, and not guessed at, where two campuses could be meant", async () => {
    const campuses = `${HEADER}\n${ALPHA.replace("Alpha University", "Alpha University-North Campus")}\n${ALPHA.replace("100001", "100003").replace("Alpha University", "Alpha University-South Campus")}\n`;
    await load("ipeds", campuses);
    const { report, ambiguous } = await load("ror", json);
    expect(report).toMatchObject({ matched: 0, ambiguous: 1 });
    expect(ambiguous).toMatchObject([
      { ror: RECORD.id, candidates: [{ unitid: "100001" }, { unitid: "100003" }] },
    ]);
    expect(ambiguous[0]!.candidates[0]!.score.total).toBeCloseTo(ambiguous[0]!.candidates[1]!.score.total);
  });

  it("leave a company alone that shares a school's domain", async () => {
    await load("ipeds", csv);
    const { report } = await load("ror", JSON.stringify([{ ...RECORD, types: ["company"] }]));
    expect(report).toMatchObject({ created: 1, matched: 0, ambiguous: 0 });
  });
});

describeWithRealData("The real files", () => {
  it("load whole, match as a person would, and change nothing when they come again", async () => {
    const ipeds = await institutionFiles.ipeds(subgraph.db, realData.ipeds, {});
    expect(ipeds).toMatchObject({ created: 6256, rejected: 0 });
    const ror = await institutionFiles.ror(subgraph.db, realData.ror, {});
    expect(ror).toMatchObject({ created: 2074, rejected: 0 });

    const sample = JSON.parse(readFileSync(join(__dirname, "match-sample.json"), "utf8")) as {
      ror: string;
      unitid: string | null;
    }[];
    const matched = new Map(
      (
        await subgraph.db.read<{ ror: string; unitid: string | null }>(
          sql`SELECT ror, unitid FROM institution WHERE ror IS NOT NULL`,
        )
      ).map(({ ror: key, unitid }) => [key, unitid]),
    );
    const claimed = sample.filter(({ ror: key }) => matched.get(key) != null);
    const right = claimed.filter(({ ror: key, unitid }) => matched.get(key) === unitid);
    const real = sample.filter(({ unitid }) => unitid !== null);
    const [precision, recall] = [right.length / claimed.length, right.length / real.length];
    process.stdout.write(
      `Matching on ${sample.length} hand-checked records: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}.\n`,
    );
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.75);

    expect(await institutionFiles.ipeds(subgraph.db, realData.ipeds, {})).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 6256,
    });
    expect(await institutionFiles.ror(subgraph.db, realData.ror, {})).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 2074,
      matched: 0,
    });
  }, 240_000);
});
