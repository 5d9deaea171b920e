import { readIpeds } from "../../../subgraphs/institutions/import/ipeds.ts";
import { problemsOf, readAll, readOne } from "./files.ts";

const DEFAULTS = {
  UNITID: "100001",
  INSTNM: "Alpha College",
  CITY: "Dayton",
  STABBR: "OH",
  CONTROL: "1",
  SECTOR: "1",
};

/** A file of one row; a column with no default is there only when it is given. */
function csv(...rows: Record<string, string>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys({ ...DEFAULTS, ...row })))];
  const quoted = (value: string) => (value.includes(",") ? `"${value}"` : value);
  const lines = rows.map((row) =>
    columns.map((name) => quoted({ ...DEFAULTS, ...row }[name] ?? "")).join(","),
  );
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`;
}

describe("The text of an IPEDS file", () => {
  it("may say UTF-8 by its first bytes and not be it", async () => {
    const content = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(csv({ INSTNM: "Béta" }), "latin1"),
    ]);
    expect(await readOne(readIpeds, content)).toMatchObject({ key: "100001", name: "Béta" });
  });

  it("may have Windows' own characters and column names in small letters and quotes", async () => {
    const content = Buffer.from(csv({ INSTNM: "St. John\x92s" }), "latin1");
    expect((await readOne(readIpeds, content)).name).toBe("St. John’s");
    const small = csv({}).replace(/^.*/, (header) => header.toLowerCase().replace("unitid", '"unitid" '));
    expect((await readOne(readIpeds, small)).key).toBe("100001");
  });

  it.each(["utf16le", "ucs2"] as const)("is refused with a hint in %s", async (encoding) => {
    const content = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv({}), encoding)]);
    await expect(readAll(readIpeds, content)).rejects.toThrow("is UTF-16; expected UTF-8 or Latin-1");
  });

  it("is refused when it is a single byte, or another kind of file", async () => {
    await expect(readAll(readIpeds, "U")).rejects.toThrow("missing UNITID");
    await expect(readAll(readIpeds, JSON.stringify([{ id: 1 }]))).rejects.toThrow(
      "not an IPEDS directory file",
    );
  });

  it("is refused when it ends within a row, and taken when only its last line's end is missing", async () => {
    const whole = csv({}, { UNITID: "100002" });
    await expect(readAll(readIpeds, whole.slice(0, -12))).rejects.toThrow("it ends within row 3");
    expect(await readAll(readIpeds, whole.trimEnd())).toHaveLength(2);
  });

  it("has a broken row told and passed over when it ends properly", async () => {
    expect(await problemsOf(readIpeds, `${csv({})}100002,Short\r\n`)).toEqual({
      well: 1,
      problems: [{ row: 3, column: "(row)", expected: "6 columns", got: "2 columns" }],
    });
  });

  it("makes no row of two that an open quote has run together", async () => {
    const open = csv({ INSTNM: "Open" }, { UNITID: "100002", INSTNM: "Shut" }, { UNITID: "100003" })
      .replace("Open", '"Open')
      .replace("Shut", '"Shut"');
    const { well, problems } = await problemsOf(readIpeds, open);
    expect(well).toBe(1);
    expect(problems.map(({ row, column }) => [row, column])).toEqual([
      [2, "(row)"],
      [3, "(row)"],
    ]);
  });
});

describe("A row of an IPEDS file", () => {
  it("needs no other columns than it is known by", async () => {
    expect(await readOne(readIpeds, csv({}))).toMatchObject({
      key: "100001",
      level: null,
      carnegie: null,
      locale: null,
      isHbcu: null,
      status: "ACTIVE",
      website: null,
      locations: [{ country: "US", subdivision: "OH", city: "Dayton", latitude: null, longitude: null }],
    });
  });

  it.each([
    ["AAMU", ["AAMU"]],
    ["GSCC | Gadsden State |", ["GSCC", "Gadsden State"]],
    [
      "Southern Christian University  Regions University",
      ["Southern Christian University", "Regions University"],
    ],
    ["UH Hilo / UHH", ["UH Hilo", "UHH"]],
    ["Rutgers, The State University; Rutgers", ["Rutgers, The State University", "Rutgers"]],
    ["Trinity College, Hartford, Connecticut", ["Trinity College, Hartford, Connecticut"]],
    ["Contra Costa CCD, CCCCD, 4CD", ["Contra Costa CCD", "CCCCD", "4CD"]],
    ["Yuma/LaPaz District", ["Yuma/LaPaz District"]],
    ["-2", []],
    [" ", []],
  ])("has the aliases of %s", async (IALIAS, aliases) => {
    const { names } = await readOne(readIpeds, csv({ IALIAS }));
    expect(names.filter(({ kind }) => kind === "ALIAS").map(({ value }) => value)).toEqual(aliases);
  });

  it.each([
    ["www.alpha.edu/", "https://www.alpha.edu/", "alpha.edu"],
    ["HTTP://Alpha.edu/about", "HTTP://Alpha.edu/about", "alpha.edu"],
    ["www.alpha.edu./", "https://www.alpha.edu./", "alpha.edu"],
    ["https://alpha.edu and https://beta.edu", "https://alpha.edu", "alpha.edu"],
    ["none", null, undefined],
    ["-2", null, undefined],
  ])("has the website of %s", async (WEBADDR, website, domain) => {
    const record = await readOne(readIpeds, csv({ WEBADDR }));
    expect(record.website).toBe(website);
    expect(record.identifiers.find(({ scheme }) => scheme === "DOMAIN")?.value).toBe(domain);
  });

  it.each([
    ["0", "Alpha System Office", {}, "UNIVERSITY_SYSTEM"],
    ["1", "Alpha University", {}, "UNIVERSITY"],
    ["2", "Dartmouth College", { C21BASIC: "15" }, "UNIVERSITY"],
    ["2", "Alpha Theological Seminary", { C21BASIC: "24" }, "COLLEGE"],
    ["4", "Alpha Community College", {}, "COMMUNITY_COLLEGE"],
    ["4", "Alpha Technical College", {}, "TECHNICAL_COLLEGE"],
    ["9", "Alpha School of Hair", {}, "TECHNICAL_COLLEGE"],
    ["99", "Alpha College at the Mall", {}, "OTHER"],
  ])("of sector %s named %s with %j is a %s", async (SECTOR, INSTNM, more: Record<string, string>, type) => {
    expect((await readOne(readIpeds, csv({ SECTOR, INSTNM, ...more }))).type).toBe(type);
  });

  it("has the newest Carnegie class of its file, and none where that says none", async () => {
    expect((await readOne(readIpeds, csv({ C21BASIC: "18", C18BASIC: "17" }))).carnegie).toBe(18);
    expect((await readOne(readIpeds, csv({ C21BASIC: "-2", C18BASIC: "17" }))).carnegie).toBeNull();
    expect((await readOne(readIpeds, csv({ CARNEGIE: "40" }))).carnegie).toBeNull();
  });

  it.each([
    [{ CYACTIVE: "1", CLOSEDAT: "-2", DEATHYR: "-2" }, "ACTIVE"],
    [{ CYACTIVE: "3", CLOSEDAT: "-2", DEATHYR: "-2" }, "ACTIVE"],
    [{ CYACTIVE: "1", CLOSEDAT: "06/30/2022", DEATHYR: "2022" }, "INACTIVE"],
    [{ CYACTIVE: "3", CLOSEDAT: "-2", DEATHYR: "2022" }, "INACTIVE"],
    [{ CYACTIVE: "2" }, "INACTIVE"],
  ])("with %j is %s", async (row, status) => {
    expect((await readOne(readIpeds, csv(row))).status).toBe(status);
  });

  it("knows territories as states and freely associated states as countries", async () => {
    expect((await readOne(readIpeds, csv({ STABBR: "PR" }))).locations).toMatchObject([
      { country: "US", subdivision: "PR" },
    ]);
    expect((await readOne(readIpeds, csv({ STABBR: "FM" }))).locations).toMatchObject([
      { country: "FM", subdivision: null },
    ]);
  });
});
