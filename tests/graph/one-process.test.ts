import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.close());
afterEach(() => jest.restoreAllMocks());

const isAnswer = (value: unknown) => typeof value === "object" && value !== null && "data" in value;

it("answers from subgraphs in the same process become JSON once, for the client", async () => {
  const query = readFileSync(join(__dirname, "../../schema/operations/flagship.graphql"), "utf8");
  const written = jest.spyOn(JSON, "stringify");
  const read = jest.spyOn(JSON, "parse");
  const { data } = await platform.ask(query, "member", { state: "OH", first: 25 });
  // Answers of subgraphs below, entities included.
  expect(data.institutions.nodes[0].partnerships.nodes[0].parties.length).toBeGreaterThan(0);
  expect(written.mock.calls.filter(([value]) => isAnswer(value))).toHaveLength(1);
  // By the client, which is in this process too.
  expect(read.mock.results.filter(({ value }) => isAnswer(value))).toHaveLength(1);
});
