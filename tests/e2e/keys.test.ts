import { demoId } from "../../shared/demo/random.ts";
import type { TestPlatform } from "./processes.ts";
import { ask, build, consortia, emptyPlatform, finished, stopAll, until } from "./processes.ts";

const CONSORTIUM = demoId("Consortium", 0);
const VIEWER = `{ viewer { id kind credential { kind } memberships { roles consortium { id } } } }`;

let platform: TestPlatform;
beforeAll(async () => {
  await build();
  platform = emptyPlatform();
});
afterAll(async () => {
  await stopAll();
  await platform.drop();
});

const command = (...args: string[]) => finished(args, platform.env);
/** What a command prints when it does what it is told. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(...args);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

it("An operator makes the first admin and a key at the console, and ends the key while the platform runs", async () => {
  const person = await output(
    ...["person", "add", "--issuer", "https://login.example.org", "--subject", "ada", "--name", "Ada"],
  );
  expect(person).toMatch(/^person_[\w-]+$/);
  expect(
    await output("person", "grant", person, "--consortium", CONSORTIUM, "--role", "CONSORTIUM_ADMIN"),
  ).toContain(`${person} is CONSORTIUM_ADMIN in ${CONSORTIUM}`);
  const [id, secret] = (
    await output(
      ...[
        "key",
        "create",
        "--name",
        "Ada's laptop",
        "--owner",
        person,
        "--scope",
        "READ",
        "--expires",
        "30d",
      ],
      ...["--consortium", CONSORTIUM, "--role", "CONSORTIUM_ADMIN"],
    )
  ).split(" ") as [string, string];
  const list = await output("key", "list");
  expect(list).toContain(id);
  expect(list).toContain("Ada's laptop");
  expect(list).not.toContain(secret);

  const running = consortia(["start"], { ...platform.env, PORT: "0" });
  const [, graph] = await running.line(/Graph +(\S+)/);
  const asKey = (key: string, query = VIEWER) =>
    ask(graph!, query, { headers: { authorization: `Bearer ${key}` } });
  expect(await asKey(secret)).toMatchObject({
    data: {
      viewer: {
        id: person,
        kind: "PERSON",
        credential: { kind: "API_KEY" },
        memberships: [{ roles: ["CONSORTIUM_ADMIN"], consortium: { id: CONSORTIUM } }],
      },
    },
  });
  const change = `mutation { revokeApiKey(input: { id: "${id}" }) { id } }`;
  expect((await asKey(secret, change)).errors?.[0]?.extensions?.code).toBe("FORBIDDEN");

  const [, second] = (await output("key", "rotate", id, "--overlap", "0h")).split(" ") as [string, string];
  await until("the old secret is refused", async () => (await asKey(secret)).data?.viewer === undefined);
  expect((await asKey(second)).data.viewer.id).toBe(person);
  expect(await output("key", "revoke", id)).toBe(`${id} is revoked.`);
  await until("the key is refused", async () => (await asKey(second)).data?.viewer === undefined);
  expect((await asKey(second)).errors?.[0]?.extensions?.code).toBe("UNAUTHENTICATED");
  await running.stop();
});

it.each([
  [["key", "revoke", "key_none"], "There is no API key key_none"],
  [["key", "create", "--name", "x", "--owner", "person_none"], "There is no person person_none"],
  [["key", "create", "--name", "x", "--expires", "soon"], 'expects days, such as 90d; got "soon"'],
  [["key", "create", "--name", "x", "--expires", "999d"], '"expiresInDays" expects 1 to 366 days; got 999.'],
  [
    ["key", "create", "--name", "x", "--scope", "ALL"],
    '--scope expects one of READ, WRITE, AUDIT, KEYS; got "ALL"',
  ],
  [["key", "create", "--name", "x", "--role", "MEMBER"], "--consortium and --role go together"],
  [
    ["person", "grant", "person_none", "--consortium", CONSORTIUM, "--role", "ANALYST"],
    "there is no such person",
  ],
])("%j is refused in one sentence", async (args, sentence) => {
  const { code, stdout, stderr } = await command(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
