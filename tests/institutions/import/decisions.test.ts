import sql from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import { newId } from "../../../shared/ids.ts";
import type { ImportOptions } from "../../../subgraphs/institutions/import/importer.ts";
import { institutionFiles, institutions } from "../../../subgraphs/institutions/subgraph.ts";
import type { RunningSubgraph } from "../../../shared/graphql/runtime.ts";
import { startTestSubgraph } from "../../database.ts";
import { fileOf } from "./files.ts";

const HEADER = "UNITID,INSTNM,CITY,STABBR,CONTROL,SECTOR,WEBADDR,NEWID,CLOSEDAT,DEATHYR";
const unit = (unitid: number, name: string, { host = "alpha.edu", newId = "-2", end = "-2" } = {}) =>
  `${unitid},${name},Dayton,OH,1,1,${host},${newId},-2,${end}`;
const csv = (...rows: string[]) => `${[HEADER, ...rows].join("\n")}\n`;

const ROR = "https://ror.org/012345678";
const record = (name: string, more: object = {}) => ({
  id: ROR,
  status: "active",
  types: ["education"],
  names: [{ value: name, types: ["ror_display"], lang: "en" }],
  domains: ["alpha.edu"],
  locations: [
    {
      geonames_id: 1,
      geonames_details: { name: "Dayton", country_code: "US", country_subdivision_code: "OH" },
    },
  ],
  ...more,
});

const as = (role: "OPERATOR" | "CONSORTIUM_ADMIN" | "STEWARD"): Viewer => ({
  id: "person_somebody",
  kind: "PERSON",
  organisationIds: [],
  consortia: [{ id: newId("Consortium"), roles: ["MEMBER", role] }],
});
const OPERATOR = as("OPERATOR");

let subgraph: RunningSubgraph;
beforeEach(async () => void (subgraph = await startTestSubgraph(institutions)));
afterEach(() => subgraph.close());

const ipeds = (asOf: string, content: string, options: ImportOptions = {}) =>
  institutionFiles.ipeds(subgraph.db, fileOf(content), { asOf, isConfirmed: true, ...options });
const ror = (asOf: string, ...records: object[]) =>
  institutionFiles.ror(subgraph.db, fileOf(JSON.stringify(records)), { asOf, isConfirmed: true });
const registry = () =>
  subgraph.db.read<{ id: string; unitid: string | null; ror: string | null; name: string; status: string }>(
    sql`SELECT id, unitid, ror, name, status FROM institution ORDER BY unitid, ror`,
  );
const pairs = async () => (await registry()).map((each) => [each.unitid, each.ror]);

async function run(query: string, viewer: Viewer, variables: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await subgraph.execute({ query, variables }, viewer);
  if (errors) throw new Error(String(errors[0]!.extensions?.["code"]));
  return data;
}

const MATCH = `ror name town state reason unitid institution { name unitid }
  candidates { unitid name town totalScore verdict decidedBy remark institution { unitid ror } }`;
const LIST = `{ institutionMatches(first: 10) { totalCount nodes { ${MATCH} } } }`;
const list = async (viewer: Viewer = OPERATOR) => (await run(LIST, viewer)).institutionMatches.nodes;
const decide = async (mutation: string, input: object, viewer: Viewer = OPERATOR) => {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${MATCH} } }`;
  return (await run(query, viewer, { input }))[mutation];
};

describe("A join", () => {
  it("comes undone when a newer file removes its evidence, and the living unit keeps the id", async () => {
    await ipeds("2022", csv(unit(100001, "Alpha College")));
    await ror("2023", record("Alpha College"));
    const [before] = await registry();
    expect(before).toMatchObject({ unitid: "100001", ror: ROR });
    await ror("2024", record("Alpha College", { status: "inactive" }), {
      ...record("Omega University"),
      id: "https://ror.org/012345689",
    });
    const report = await ipeds("2024", csv(unit(100001, "Omega University")));
    expect(report).toMatchObject({ matched: 1, separated: 1, renamed: 1 });
    expect(await registry()).toMatchObject([
      { unitid: null, ror: ROR, name: "Alpha College", status: "INACTIVE" },
      { id: before!.id, unitid: "100001", ror: "https://ror.org/012345689", status: "ACTIVE" },
    ]);
  });

  it("goes with the living record when the unit has merged into another", async () => {
    await ipeds("2020", csv(unit(100002, "The Alpha University")));
    await ror("2021", record("Alpha University"));
    const [before] = await registry();
    const merged = csv(
      unit(100001, "Alpha University-Main Campus"),
      unit(100002, "The Alpha University", { newId: "100001", end: "2022" }),
    );
    await ipeds("2022", merged);
    expect(await registry()).toMatchObject([
      { id: before!.id, unitid: "100001", ror: ROR, name: "Alpha University", status: "ACTIVE" },
      { unitid: "100002", ror: null, name: "The Alpha University", status: "INACTIVE" },
    ]);
    const query = `{ institution(unitid: "100002") { reportsUnder { unitid } } }`;
    expect((await run(query, VISITOR)).institution.reportsUnder).toEqual({ unitid: "100001" });
  });

  it("gives an institution back the id that it had before", async () => {
    await ipeds("2022", csv(unit(100001, "Alpha College")));
    await ror("2022", record("Another Name", { domains: [] }));
    const ids = (await registry()).map(({ id }) => id);
    await ror("2023", record("Alpha College"));
    expect(await registry()).toHaveLength(1);
    await ror("2024", record("Another Name", { domains: [] }));
    expect((await registry()).map(({ id }) => id)).toEqual(ids);
    expect(await subgraph.db.read(sql`SELECT * FROM record_alias`)).toEqual([]);
  });
});

describe("Ambiguous matches", () => {
  const campuses = csv(unit(100001, "Alpha University-North"), unit(100002, "Alpha University-South"));

  beforeEach(async () => {
    await ipeds("2022", campuses);
    await ror("2022", record("Alpha University"));
  });

  it("are listed with candidates, towns, scores and reasons, for admins and operators alone", async () => {
    const [match] = await list();
    expect(match).toMatchObject({
      ror: ROR,
      town: "Dayton, OH",
      state: "AMBIGUOUS",
      reason: "SEVERAL_UNITS",
      unitid: null,
      candidates: [
        { unitid: "100001", town: "Dayton, OH", verdict: null, institution: { unitid: "100001" } },
        { unitid: "100002" },
      ],
    });
    expect(await list(as("CONSORTIUM_ADMIN"))).toEqual([match]);
    expect(await list(as("STEWARD"))).toEqual([]);
    expect(await list(VISITOR)).toEqual([]);
  });

  it("are joined by an operator, for every later import, and undone", async () => {
    const joined = await decide("joinInstitutions", { ror: ROR, unitid: "100002", remark: "I asked them." });
    expect(joined).toMatchObject({ state: "JOINED", reason: null, unitid: "100002" });
    expect(joined.candidates[1]).toMatchObject({ verdict: "JOINED", decidedBy: "person_somebody" });
    const apart = [
      [null, ROR],
      ["100001", null],
      ["100002", null],
    ];
    const together = [
      ["100001", null],
      ["100002", ROR],
    ];
    expect(await pairs()).toEqual(together);
    await ror("2023", record("Alpha University", { established: 1901 }));
    await ipeds("2023", campuses);
    expect(await pairs()).toEqual(together);
    expect(await decide("undoMatchDecision", { ror: ROR, unitid: "100002" })).toMatchObject({
      state: "AMBIGUOUS",
    });
    expect(await pairs()).toEqual(apart);
    await expect(decide("undoMatchDecision", { ror: ROR, unitid: "100002" })).rejects.toThrow("CONFLICT");
  });

  it("are what the registers say of the rest once a candidate is ruled out", async () => {
    const match = await decide("keepInstitutionsApart", { ror: ROR, unitid: "100001" });
    expect(match).toMatchObject({ state: "JOINED", unitid: "100002" });
    expect(await decide("keepInstitutionsApart", { ror: ROR, unitid: "100002" })).toMatchObject({
      state: "KEPT_APART",
      unitid: null,
    });
    await ror("2023", record("Alpha University", { established: 1901 }));
    expect(await list()).toMatchObject([{ state: "KEPT_APART" }]);
    expect(await pairs()).toEqual([
      [null, ROR],
      ["100001", null],
      ["100002", null],
    ]);
  });

  it("are joined with one unit at most: the last decision counts", async () => {
    await decide("joinInstitutions", { ror: ROR, unitid: "100001" });
    await decide("joinInstitutions", { ror: ROR, unitid: "100002" });
    expect(await pairs()).toEqual([
      ["100001", null],
      ["100002", ROR],
    ]);
    const [{ candidates }] = await list();
    expect(candidates.map(({ verdict }: any) => verdict)).toEqual([null, "JOINED"]);
  });

  it("are decided by operators alone, on records that there are, and told to the others once", async () => {
    const input = { ror: ROR, unitid: "100002" };
    await expect(decide("joinInstitutions", input, VISITOR)).rejects.toThrow("UNAUTHENTICATED");
    for (const role of ["STEWARD", "CONSORTIUM_ADMIN"] as const)
      for (const mutation of ["joinInstitutions", "keepInstitutionsApart", "undoMatchDecision"])
        await expect(decide(mutation, input, as(role))).rejects.toThrow("FORBIDDEN");
    await expect(decide("joinInstitutions", { ...input, unitid: "999999" })).rejects.toThrow("NOT_FOUND");
    await expect(decide("joinInstitutions", { ...input, ror: "x" })).rejects.toThrow("NOT_FOUND");
    await expect(decide("joinInstitutions", { ...input, remark: "x".repeat(501) })).rejects.toThrow(
      "BAD_USER_INPUT",
    );
    await decide("joinInstitutions", input);
    await decide("joinInstitutions", input);
    const events = (await subgraph.readFeed(0, 1_000)).filter(({ kind }) => kind === "institution_match");
    expect(events).toMatchObject([
      {
        recordId: `${ROR} 100002`,
        payload: { verdict: "JOINED", change: { action: "INSTITUTIONS_JOINED", actorId: "person_somebody" } },
      },
    ]);
  });

  it("may be joined however little they have in common, where a person knows better", async () => {
    await ipeds("2023", `${campuses}${unit(100003, "Gamma Institute", { host: "gamma.org" })}\n`);
    await decide("joinInstitutions", { ror: ROR, unitid: "100003" });
    await ipeds("2024", `${campuses}${unit(100003, "Gamma Institute", { host: "gamma.org" })}\n`);
    expect(await pairs()).toContainEqual(["100003", ROR]);
  });
});

describe("An import", () => {
  const many = (end: string, from = 0, to = 100) =>
    csv(
      ...Array.from({ length: to - from }, (_, index) =>
        unit(200001 + from + index, `School ${from + index}`, { host: `s${from + index}.edu`, end }),
      ),
    );

  it("stops before it closes many, until it is confirmed", async () => {
    await ipeds("2022", many("-2"));
    const file = csv(...many("-2").split("\n").slice(1, 91), ...many("2023", 90).split("\n").slice(1, 11));
    const stopped = await ipeds("2023", file, { isConfirmed: false });
    expect(stopped).toMatchObject({
      closed: 10,
      isApplied: false,
      doubts: [{ what: "CLOSED", count: 10, of: 100 }],
    });
    expect((await registry()).filter(({ status }) => status !== "ACTIVE")).toEqual([]);
    expect(await ipeds("2023", file)).toMatchObject({ closed: 10, isApplied: true });
    expect((await registry()).filter(({ status }) => status !== "ACTIVE")).toHaveLength(10);
  });

  it("stops before it takes half a file for the whole, of another year or the same", async () => {
    await ipeds("2022", many("-2"));
    for (const asOf of ["2022", "2023"]) {
      expect(await ipeds(asOf, many("-2", 0, 50), { isConfirmed: false })).toMatchObject({
        missing: 50,
        isApplied: false,
        doubts: [{ what: "MISSING", count: 50, of: 100 }],
      });
    }
    // What only an older file doesn't have is not missing.
    await ipeds("2024", many("-2", 0, 100));
    expect(await ipeds("2021", many("-2", 0, 50), { isConfirmed: false })).toMatchObject({
      missing: 0,
      older: 50,
    });
  });

  it("stops before many rows are rejected or emptied", async () => {
    await ipeds("2022", many("-2"));
    const broken = many("-2").replaceAll(",OH,1,1,s1", ",Ohio,1,1,s1");
    expect(await ipeds("2023", broken, { isConfirmed: false })).toMatchObject({
      rejected: 11,
      doubts: [{ what: "REJECTED", count: 11, of: 100 }],
    });
    const emptied = many("-2").replaceAll(/s\d+\.edu/g, " ");
    expect((await ipeds("2023", emptied, { isConfirmed: false })).doubts).toMatchObject([
      { what: "EMPTIED", count: 100 },
      { what: "LOST_IDENTIFIERS", count: 100 },
    ]);
    expect(await ipeds("2023", many("-2"), { isConfirmed: false })).toMatchObject({
      doubts: [],
      unchanged: 100,
    });
  });

  it("lets no older value replace a newer one, and fills what the newer could not say", async () => {
    const header = "UNITID,INSTNM,CITY,STABBR,CONTROL,SECTOR,OPEID,EIN,HBCU";
    const row = (name: string, rest: string) => `${header}\n100001,${name},Dayton,OH,${rest}\n`;
    await ipeds("2023", row("New Name", "?,1,1.002E+05,123456789,1"));
    await ipeds("2021", row("Oldest Name", "2,1,100100,111111111,2"));
    expect(await ipeds("2022", row("Old Name", "1,1,100200,-2,2"))).toMatchObject({ updated: 1, older: 0 });
    const [{ name, control, isHbcu, identifiers }] = (
      await run(
        `{ institutions(first: 1) { nodes { name control isHbcu identifiers { scheme value } } } }`,
        VISITOR,
      )
    ).institutions.nodes;
    expect({ name, control, isHbcu }).toEqual({ name: "New Name", control: "PUBLIC", isHbcu: true });
    expect(identifiers).toEqual([
      { scheme: "EIN", value: "123456789" },
      { scheme: "OPEID", value: "00100200" },
      { scheme: "UNITID", value: "100001" },
    ]);
    expect(
      await ipeds("2024", `${header.replace(",HBCU", "")}\n100001,New Name,Dayton,OH,3,1,-2,-2\n`),
    ).toMatchObject({
      lostIdentifiers: 1,
    });
    const later = await run(
      `{ institution(unitid: "100001") { control isHbcu identifiers { scheme } } }`,
      VISITOR,
    );
    expect(later.institution).toEqual({
      control: "PRIVATE_FORPROFIT",
      isHbcu: true,
      identifiers: [{ scheme: "UNITID" }],
    });
  });

  it("leaves an institution as it was when its row is a problem, and knows that it is in the file", async () => {
    await ipeds("2022", csv(unit(100001, "Alpha College")));
    expect(await ipeds("2023", csv(unit(100001, "Beta College", { end: "NA" })))).toMatchObject({
      rejected: 1,
      missing: 0,
      closed: 0,
    });
    expect(await registry()).toMatchObject([{ name: "Alpha College", status: "ACTIVE" }]);
  });

  it.each([
    ["hd2021.csv", csv(unit(100001, "Alpha", { end: "2022" })), "2021", "NAME"],
    [
      "directory.csv",
      csv(
        unit(100001, "A", { end: "2022" }),
        unit(100002, "B", { end: "2022" }),
        unit(100003, "C", { end: "2023" }),
      ),
      "2022",
      "CONTENT",
    ],
  ])("knows the year of %s", async (name, content, asOf, knownBy) => {
    const path = fileOf(content, name);
    expect((await institutionFiles.ipeds(subgraph.db, path, {})).release).toEqual({ asOf, knownBy });
  });

  it("asks for the year of a file that tells none", async () => {
    const file = fileOf(csv(unit(100001, "Alpha")), "directory.csv");
    await expect(institutionFiles.ipeds(subgraph.db, file, {})).rejects.toThrow("Say it, as in --as-of 2023");
    await expect(institutionFiles.ipeds(subgraph.db, file, { asOf: "last year" })).rejects.toThrow(
      'such as 2023 or 2023-10-31; got "last year"',
    );
    expect(await registry()).toEqual([]);
  });
});
