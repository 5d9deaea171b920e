import { readRor } from "../../../subgraphs/institutions/import/ror.ts";
import { problemsOf, readAll, readOne } from "./files.ts";

const RECORD = {
  id: "https://ror.org/012345678",
  status: "active",
  types: ["education"],
  names: [
    { value: "AU", types: ["acronym"], lang: null },
    { value: "Alpha University", types: ["ror_display", "label"], lang: "en" },
  ],
  locations: [
    {
      geonames_id: 4509884,
      geonames_details: {
        name: "Dayton",
        country_code: "US",
        country_subdivision_code: "OH",
        lat: 39.7,
        lng: -84.1,
      },
    },
  ],
};

const json = (...records: unknown[]) => JSON.stringify(records);
const placed = (details: object) => ({
  ...RECORD,
  locations: [{ geonames_id: 1, geonames_details: details }],
});

describe("A ROR file", () => {
  it.each([
    ["is an object", JSON.stringify(RECORD)],
    ["is cut off", json(RECORD, RECORD).slice(0, -30)],
    ["goes on behind its end", `${json(RECORD)} x`],
    ["is empty", ""],
    ["is not JSON", "UNITID,INSTNM\n1,2\n"],
  ])("is refused when it %s", async (_what, content) => {
    await expect(readAll(readRor, content)).rejects.toThrow("is not a whole JSON array of ROR records");
  });

  it("is refused with a word on the version when it is of schema v1", async () => {
    const old = {
      id: RECORD.id,
      name: "Alpha University",
      country: { country_code: "US" },
      types: ["Education"],
    };
    await expect(readAll(readRor, json(old))).rejects.toThrow("is of ROR's schema v1; expected schema v2");
  });

  it.each([
    ["of JSON Lines", `${JSON.stringify(RECORD)}\n${JSON.stringify(RECORD)}`, "JSON Lines"],
    ["in a zip archive", Buffer.from("PK\x03\x04 and more"), "a zip archive"],
    ["of semicolons", "a;b;c\n1;2;3\n", "separated by semicolons"],
    [
      "in Latin-1",
      Buffer.from(json({ ...RECORD, names: [{ ...RECORD.names[1], value: "Béta" }] }), "latin1"),
      "not UTF-8 (it seems to be Latin-1)",
    ],
    [
      "with a bad byte",
      Buffer.concat([
        Buffer.from(json(RECORD, { a: "é" }).slice(0, -3)),
        Buffer.from([0xff]),
        Buffer.from('"}]'),
      ]),
      "not UTF-8, as JSON has to be: 1 bytes",
    ],
    [
      "with a record that has no end",
      `[{"id":"${"a".repeat(9_000_000)}"}]`,
      "record 1 goes on for more than 8,000,000 bytes",
    ],
    ["with a text that has no end", `["${"a".repeat(9_000_000)}"]`, "goes on for more than 8,000,000 bytes"],
  ])("%s is refused with what it seems to be", async (_what, content, hint) => {
    await expect(readAll(readRor, content)).rejects.toThrow(hint);
  });

  it("may be an empty list", async () => {
    expect(await readAll(readRor, "[]")).toEqual([]);
  });
});

describe("A ROR record", () => {
  it("is told by its place, the field, what was expected and what was there", async () => {
    const { well, problems } = await problemsOf(
      readRor,
      json(
        RECORD,
        null,
        7,
        { ...RECORD, names: [] },
        { ...RECORD, established: "1901" },
        placed({ name: "Dayton", lat: 139 }),
        placed({ name: "Dayton", country_subdivision_code: "far too long" }),
        { ...RECORD, relationships: [{ type: "child", id: "https://example.org/1" }] },
        { ...RECORD, external_ids: [{ type: "isni", all: ["\u00a0"] }] },
        RECORD,
      ),
    );
    expect(well).toBe(1);
    expect(problems).toEqual([
      { row: 2, column: "(record)", expected: "object", got: "null" },
      { row: 3, column: "(record)", expected: "object", got: "7" },
      { row: 4, column: "names", expected: "at least one name", got: "[]" },
      { row: 5, column: "established", expected: "number", got: '"1901"' },
      {
        row: 6,
        column: "locations.0.geonames_details.lat",
        expected: expect.stringContaining("90"),
        got: "139",
      },
      {
        row: 7,
        column: "locations.0.geonames_details.country_subdivision_code",
        expected: "a subdivision code",
        got: '"far too long"',
      },
      {
        row: 8,
        column: "relationships.0.id",
        expected: "a ROR id, https://ror.org/0…",
        got: '"https://example.org/1"',
      },
      { row: 9, column: "external_ids.0.all.0", expected: expect.stringContaining("ASCII"), got: '"\u00a0"' },
      { row: 10, column: "id", expected: "each record once in a file", got: `${RECORD.id} again` },
    ]);
  });

  it.each([
    ["a character that is lost", "Universit\ufffd"],
    ["a zero byte", "Al\0pha"],
    ["a quote that is not closed", 'Alpha "University'],
  ])("has no name with %s", async (_what, value) => {
    const names = [{ value, types: ["ror_display"], lang: null }];
    const { well, problems } = await problemsOf(readRor, json({ ...RECORD, names }));
    expect(well).toBe(0);
    expect(problems).toMatchObject([{ row: 1, column: "names.0.value" }]);
  });

  it("tells when it was last modified, where it does", async () => {
    const dated = (date: unknown) => json({ ...RECORD, admin: { last_modified: { date } } });
    expect(await readAll(readRor, dated("2024-03-01"))).toMatchObject([{ date: "2024-03-01" }]);
    expect(await readAll(readRor, dated("yesterday"))).toMatchObject([{ date: null }]);
  });

  it.each([
    [["education"], "Alpha University", "UNIVERSITY"],
    [["education"], "Alpha University System", "UNIVERSITY_SYSTEM"],
    [["education"], "Alpha Community College", "COMMUNITY_COLLEGE"],
    [["education"], "Alpha Public Schools", "SCHOOL_DISTRICT"],
    [["education"], "Alpha Academy", "OTHER"],
    [["facility"], "Alpha Laboratory", "RESEARCH_INSTITUTE"],
    [["government"], "Alpha Department of Education", "OTHER"],
    [["company"], "Alpha University Press", "OTHER"],
  ])("of types %j named %s is %s", async (types, value, type) => {
    const record = { ...RECORD, types, names: [{ value, types: ["ror_display"], lang: null }] };
    expect((await readOne(readRor, json(record))).type).toBe(type);
  });

  it("in a territory is in a state of the US, as IPEDS has it", async () => {
    expect(
      (await readOne(readRor, json(placed({ name: "San Juan", country_code: "PR" })))).locations,
    ).toMatchObject([{ country: "US", subdivision: "PR", city: "San Juan" }]);
  });
});
