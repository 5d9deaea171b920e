import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { Staging } from "../../shared/import/staging.ts";

const foldersOfStaging = () => readdirSync(tmpdir()).filter((name) => name.startsWith("consortia-staging-"));

async function allOf<Row>(staging: Staging<Row>, count: number): Promise<Row[][]> {
  const batches: Row[][] = [];
  for await (const batch of staging.batches(count)) batches.push(batch);
  return batches;
}

describe("Staging", () => {
  it("gives rows back in their order and in batches, as often as it is asked", async () => {
    const staging = await Staging.open<{ no: number; text: string }>();
    // Line separators of other kinds and characters of several bytes stand in names.
    const rows = Array.from({ length: 2_501 }, (_, no) => ({
      no,
      text: `é\u2028\n"${"ŵ".repeat(no % 300)}"`,
    }));
    for (const row of rows) await staging.add(row);
    expect(staging.size).toBe(2_501);
    const batches = await allOf(staging, 1_000);
    expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 501]);
    expect(batches.flat()).toEqual(rows);
    expect((await allOf(staging, 5_000)).flat()).toEqual(rows);
    await staging.close();
  });

  it("has nothing to give when nothing was put in", async () => {
    const staging = await Staging.open();
    expect(await allOf(staging, 10)).toEqual([]);
    await staging.close();
  });

  it("can be left in the middle and asked again", async () => {
    const staging = await Staging.open<number>();
    for (let no = 0; no < 100; no++) await staging.add(no);
    for await (const batch of staging.batches(10)) {
      expect(batch).toHaveLength(10);
      break;
    }
    expect((await allOf(staging, 100))[0]).toHaveLength(100);
    await staging.close();
  });

  it("has no name on disk that a killed process could leave behind", async () => {
    const before = foldersOfStaging();
    const staging = await Staging.open<number>();
    await staging.add(1);
    expect(foldersOfStaging().filter((name) => !before.includes(name))).toEqual([]);
    await staging.close();
  });
});
