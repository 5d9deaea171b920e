import { readIpeds } from "../../../subgraphs/institutions/import/ipeds.ts";
import { problemsOf, readAll, readOne, readWarned } from "./files.ts";

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
    await expect(readAll(readIpeds, content)).rejects.toThrow("it seems to be UTF-16: save it as UTF-8");
  });

  it("is UTF-8 in spite of a bad byte, whose row is told", async () => {
    const [before, after] = csv({ INSTNM: "Béta" }, { UNITID: "100002", INSTNM: "Gam!ma" }).split("!") as [
      string,
      string,
    ];
    const content = Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(after)]);
    expect(await readOne(readIpeds, content)).toMatchObject({ name: "Béta" });
    const { well, problems } = await problemsOf(readIpeds, content);
    expect(well).toBe(1);
    expect(problems).toMatchObject([
      { row: 3, column: "INSTNM", expected: expect.stringContaining("UTF-8") },
    ]);
  });

  it("may have a bad byte where nothing is read", async () => {
    const [before, after] = csv({ INSTNM: "Béta", CHFNM: "Dr. !" }).split("!") as [string, string];
    const content = Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(after)]);
    expect((await readWarned(readIpeds, content, "CHFNM")).warning).toMatchObject({
      row: 2,
      column: "CHFNM",
    });
  });

  it.each([
    ["a zero byte", "Al\0pha"],
    ["a control character", "Al\x07pha"],
    ["a quote that is not closed", 'Alpha "College'],
  ])("has no name with %s", async (_what, INSTNM) => {
    const { well, problems } = await problemsOf(readIpeds, csv({ INSTNM }));
    expect(well).toBe(0);
    expect(problems).toMatchObject([{ row: 2, column: "INSTNM" }]);
  });

  it.each([
    ["semicolons", csv({}).replaceAll(",", ";"), "separated by semicolons"],
    ["tabs", csv({}).replaceAll(",", "\t"), "separated by tabs"],
    ["a zip archive", Buffer.from("PK\x03\x04 and more"), "a zip archive or an Excel workbook"],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), "compressed by gzip"],
    ["JSON Lines", '{"a":1}\n{"a":2}\n', "JSON Lines"],
    ["a web page", "<!DOCTYPE html><html></html>", "a web page"],
    ["UTF-16 without a mark", Buffer.from(csv({}), "utf16le"), "UTF-16"],
  ])("is told what it seems to be with %s", async (_what, content, hint) => {
    await expect(readAll(readIpeds, content)).rejects.toThrow(hint);
  });

  it("is refused when a row has no end, and is not held in memory", async () => {
    const endless = Buffer.alloc(40_000_000, "a");
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const content = Buffer.concat([Buffer.from(csv({})), endless]);
    await expect(readAll(readIpeds, content)).rejects.toThrow(
      "row 3 goes on for more than 1,000,000 characters",
    );
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before;
    expect(grown).toBeLessThan(3 * endless.length);
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

  it.each([
    ["-2", "-2", "ACTIVE"],
    ["06/30/2022", "2022", "INACTIVE"],
    ["6/3/22", "-2", "INACTIVE"],
    ["06/2022", "-2", "INACTIVE"],
    ["-2", "2022", "INACTIVE"],
    ["00/00/0000", "2022", "INACTIVE"],
    [" ", "-2", "ACTIVE"],
  ])("closed on %j, ended in %j is %s", async (CLOSEDAT, DEATHYR, status) => {
    expect((await readOne(readIpeds, csv({ CLOSEDAT, DEATHYR }))).status).toBe(status);
  });

  it.each([
    "NA",
    "NULL",
    "nan",
    "n/a",
    "-2.0",
    "0",
    "-",
    "2022",
    "13/01/2022",
    "6/31x/22",
    "00/00/0000",
    "-1",
  ])("closed on %j is a problem of the row and closes nothing", async (CLOSEDAT) => {
    const { well, problems } = await problemsOf(readIpeds, csv({ CLOSEDAT, DEATHYR: "-2" }));
    expect(well).toBe(0);
    expect(problems).toMatchObject([{ row: 2, column: "CLOSEDAT", got: CLOSEDAT }]);
  });

  it.each([
    ["DEATHYR", { CLOSEDAT: "-2", DEATHYR: "NA" }],
    ["DEATHYR", { CLOSEDAT: "6/30/2022", DEATHYR: "22" }],
    ["CLOSEDAT", { CLOSEDAT: "", DEATHYR: " " }],
    ["CYACTIVE", { CYACTIVE: "NA" }],
    ["CYACTIVE", { CYACTIVE: "0" }],
  ])("is refused for its %s in %j", async (column, row) => {
    expect((await problemsOf(readIpeds, csv(row))).problems).toMatchObject([{ column }]);
  });

  it.each([
    ["CONTROL", "Public", { control: "PUBLIC" }],
    ["CONTROL", "Private not-for-profit", { control: "PRIVATE_NONPROFIT" }],
    ["CONTROL", "2.0", { control: "PRIVATE_NONPROFIT" }],
    ["ICLEVEL", "Four or more years", { level: "FOUR_YEAR" }],
    ["HBCU", "Yes", { isHbcu: true }],
    ["LOCALE", "21.0", { locale: 21 }],
    ["LOCALE", "-3.0", { locale: null }],
  ])("reads %s from %j", async (column, value, expected) => {
    const { record, unread } = await readWarned(readIpeds, csv({ [column]: value }), column);
    expect(record).toMatchObject(expected);
    expect(unread).toBe(false);
  });

  it.each([
    ["OPEID", "100200.0", "OPEID", ["00100200"]],
    ["EIN", "63-6001109", "EIN", ["636001109"]],
    ["UEIS", "jdvgs67mslh7| YND4PLMC9AN7", "UEI", ["JDVGS67MSLH7", "YND4PLMC9AN7"]],
    ["UNITID", "100654.0", "UNITID", ["100654"]],
  ])("restores %s from %j", async (column, value, scheme, expected) => {
    const { record, unread } = await readWarned(readIpeds, csv({ [column]: value }), column);
    expect(record.identifiers.filter((each) => each.scheme === scheme).map((each) => each.value)).toEqual(
      expected,
    );
    expect(unread).toBe(false);
  });

  it.each([
    ["OPEID", "1.002E+05"],
    ["EIN", "6.36E+08"],
    ["UEIS", "3.30975E+11"],
    ["CONTROL", "State"],
    ["ICLEVEL", "9"],
    ["LOCALE", "City"],
    ["HBCU", "NA"],
    ["C21BASIC", "R1"],
    ["WEBADDR", "none"],
    ["LATITUDE", "39,75 N"],
    ["NEWID", "Alpha"],
  ])("warns of a %s that says %j, and takes the row", async (column, value) => {
    const { warning, unread } = await readWarned(readIpeds, csv({ [column]: value }), column);
    expect(warning).toMatchObject({ row: 2, column, got: value });
    expect(unread).toBe(true);
  });

  it("names the unit that it has merged into, but not itself", async () => {
    expect((await readOne(readIpeds, csv({ NEWID: "100002" }))).newUnitid).toBe("100002");
    expect((await readOne(readIpeds, csv({ NEWID: "100001" }))).newUnitid).toBeNull();
    expect((await readOne(readIpeds, csv({ NEWID: "-2" }))).newUnitid).toBeNull();
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
