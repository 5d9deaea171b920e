import type { Viewer } from "../../shared/auth/viewer.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import type { Asker } from "./matrix/ask.ts";
import { createAsker } from "./matrix/ask.ts";
import type { Disagreement } from "./matrix/matrix.ts";
import { firstDisagreement, Matrix } from "./matrix/matrix.ts";
import { mutants, policyFields, policyMutants } from "./matrix/mutants.ts";
import { diversify } from "./matrix/network.ts";
import { recordTypes } from "./matrix/questions.ts";
import { RULES } from "./matrix/rules.ts";
import { VIEWERS, viewersOf } from "./matrix/viewers.ts";
import { readWorld } from "./matrix/world.ts";

/*
 * Who sees what: every kind of viewer asks for every type and field by every path that the schema has, and is
 * answered what the rules say, which are said here once more and in another way. And each rule is needed: without
 * it, somebody is told something else.
 */

const started = performance.now();
// Thousands of questions; a machine that has much else to do takes minutes.
jest.setTimeout(300_000);

let platform: TestPlatform;
let asker: Asker;
let matrix: Matrix;
let viewers: Readonly<Record<string, Viewer>>;

beforeAll(async () => {
  platform = await startTestPlatform();
  asker = await createAsker(platform);
  await diversify(platform, asker);
  viewers = await viewersOf(platform);
  matrix = await Matrix.of(asker, await readWorld(platform));
});
afterAll(async () => {
  const seconds = Math.round((performance.now() - started) / 1000);
  console.info(`Visibility matrix: ${matrix.paths.length} paths, ${asker.sent} operations, ${seconds} s`);
  await platform.close();
});

it("has a rule for every type and every field of the schema", () => {
  const fields = (entries: Iterable<[string, readonly string[]]>) =>
    [...entries].flatMap(([type, names]) => names.map((name) => `${type}.${name}`)).sort();
  const ruled = Object.entries(RULES).map(([type, { told, guarded = {} }]): [string, string[]] => [
    type,
    [...told, ...Object.keys(guarded)],
  ]);
  const types = recordTypes(asker.schema);
  expect(fields(ruled)).toEqual(fields(types.map((type) => [type.name, Object.keys(type.getFields())])));
});

it("shows everything to whom nothing is kept from, and some of each type", () => {
  expect(matrix.missing).toEqual([]);
  expect(
    recordTypes(asker.schema)
      .filter(({ name }) => !matrix.shown.has(name))
      .map(String),
  ).toEqual([]);
});

it.each(VIEWERS)("tells a %s what the rules say, by every path", async (name) => {
  const disagreements: Disagreement[] = [];
  for await (const each of matrix.disagreements(name, viewers[name]!)) disagreements.push(each);
  expect(disagreements).toEqual([]);
});

it("knows of every field of which a policy decides", () => {
  expect(policyMutants().sort()).toEqual(policyFields().sort());
});

it.each(mutants())("misses the rule of $rule where it is taken away", async ({ type, remove }) => {
  const putBack = remove();
  try {
    expect(await firstDisagreement(matrix.about(type), viewers)).not.toBeNull();
  } finally {
    putBack();
  }
});
