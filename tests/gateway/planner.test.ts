import { execFileSync } from "node:child_process";
import { plannerPool } from "../../gateway/execution/planner.ts";
import { createGateway } from "../../gateway/server.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import type { RunningFixture } from "./fixture.ts";
import { FEDERATION, startFixture } from "./fixture.ts";
import type { HttpFixture } from "./http.ts";
import { startHttpFixture } from "./http.ts";
import { keys } from "./fixtures/keys.ts";

/** The planner processes of this test's process. */
const planners = (): number[] => {
  try {
    return execFileSync("pgrep", ["-P", String(process.pid), "-f", "planner-program"], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    return [];
  }
};

/** Why planner processes have ended so far that should not have. */
const ends: string[] = [];
const release = plannerPool.hold({ onEnd: ({ message }) => void ends.push(message) });
afterAll(() => release());
beforeEach(() => ends.splice(0));

let uniqueness = 0;

/** Asks, again and again until some work is done, for something that has never been planned; all of it must come. */
async function beside<T>(running: Pick<RunningFixture, "ask">, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  let answered = 0;
  const neighbor = async () => {
    do {
      const key = `course${++uniqueness}`;
      const { data, errors } = await running.ask(`{ ${key}: course(id: "c1") { title enrolled } }`);
      expect({ data, errors }).toEqual({ data: { [key]: { title: "Algorithms", enrolled: 2 } } });
      answered++;
    } while (!isOver);
  };
  const neighbors = Promise.all(Array.from({ length: 4 }, neighbor));
  try {
    return await Promise.race([
      work(),
      neighbors.then(() => Promise.reject(new Error("the neighbors ended"))),
    ]);
  } finally {
    isOver = true;
    await neighbors;
    expect(answered).toBeGreaterThan(3);
  }
}

const neighborhood = startFixture(keys.subgraphs);

/** Fragments, each of which spreads the next one twice under two aliases. */
function bomb(levels: number, name = "F"): string {
  const fragment = (level: number) => {
    const next = `n { ...${name}${level + 1} }`;
    const inside = level === levels - 1 ? "id name" : `a: ${next} b: ${next}`;
    return `fragment ${name}${level} on N { ${inside} }`;
  };
  return `{ n { ...${name}0 } } ${Array.from({ length: levels }, (_, level) => fragment(level)).join(" ")}`;
}

const BOMBED = [
  {
    name: "chain",
    typeDefs: `type Query { n: N } type N @key(fields: "id") { id: ID! n: N }`,
    resolvers: { Query: { n: () => ({ id: "1" }) }, N: { n: () => null } },
  },
  {
    name: "names",
    typeDefs: `type N @key(fields: "id") { id: ID! name: String }`,
    resolvers: { N: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `N ${id}` }) } },
  },
];

/** `@requires` with an argument beside the client's own, and a third subgraph's field. */
const HOUSES = [
  {
    name: "houses",
    typeDefs: `type Query { house: House } type House @key(fields: "id") { id: ID! rooms(n: Int): Int owner: Owner }
      type Owner @key(fields: "id") { id: ID! house: House }`,
    resolvers: {
      Query: { house: () => ({ id: "h" }) },
      House: { rooms: (_: unknown, { n }: { n?: number }) => n ?? 0, owner: () => ({ id: "o" }) },
      Owner: { house: () => ({ id: "h" }), __resolveReference: ({ id }: { id: string }) => ({ id }) },
    },
  },
  {
    name: "rents",
    typeDefs: `type Owner @key(fields: "id") { id: ID! house: House @external rent: Int @requires(fields: "house { rooms(n: 1) }") }
      type House @key(fields: "id") { id: ID! rooms(n: Int): Int @external }`,
    resolvers: { Owner: { rent: ({ house }: { house: { rooms: number } }) => house.rooms * 100 } },
  },
  {
    name: "doors",
    typeDefs: `type House @key(fields: "id") { id: ID! door: String }`,
    resolvers: { House: { door: () => "red" } },
  },
];

/** One entity below two types of a union, with a field under different arguments. */
const EXCLUSIVE = [
  {
    name: "pets",
    typeDefs: `type Query { pet: Pet } union Pet = Cat | Dog type Cat { home: Home } type Dog { home: Home }
      type Home @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { pet: () => ({ __typename: "Cat", home: { id: "1" } }) } },
  },
  {
    name: "homes",
    typeDefs: `type Home @key(fields: "id") { id: ID! rooms(size: Int): [Room] } type Room { size: Int }`,
    resolvers: { Home: { rooms: (_: unknown, { size }: { size: number }) => [{ size }] } },
  },
];

describe("an operation that the planner ends its process over", () => {
  it.each([
    [
      "requires a field under an argument beside the client's own",
      HOUSES,
      `{ house { owner { rent house { rooms } } door } }`,
    ],
    [
      "has different arguments under exclusive types",
      EXCLUSIVE,
      `{ pet { ... on Cat { home { rooms(size: 1) { size } } } ... on Dog { home { rooms(size: 2) { size } } } } }`,
    ],
    [
      "has different arguments under exclusive types, in another order",
      EXCLUSIVE,
      `{ pet { ... on Dog { home { rooms(size: 2) { size } } } ... on Cat { home { x: rooms(size: 3) { size } rooms(size: 1) { size } } } } }`,
    ],
  ])("fails alone: %s", async (_, subgraphs, query) => {
    const running = startFixture(subgraphs);
    const answers = await beside(neighborhood, () => Promise.all([1, 2, 3].map(() => running.ask(query))));
    for (const { data, errors } of answers) {
      // Either it can be planned after all, or it is refused by a code that does not change.
      if (errors) expect(errors).toMatchObject([{ extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
      else expect(data).toBeTruthy();
    }
    // What has ended one process is not given to another.
    const endsSoFar = ends.length;
    expect(endsSoFar).toBeLessThan(2);
    await running.ask(query);
    expect(ends).toHaveLength(endsSoFar);
  });
});

describe("an operation that is planned without end", () => {
  it.each([14, 22])(
    "is refused, and nobody waits for it: fragments of %d levels and more, four at once",
    async (levels) => {
      const running = startFixture(BOMBED);
      // Of different depths: those that differ by names alone are one to the planner.
      const bombs = [0, 1, 2, 3].map((more) => bomb(levels + more, "F"));
      const answers = await beside(neighborhood, () => Promise.all(bombs.map((each) => running.ask(each))));
      for (const { errors } of answers) {
        expect(errors).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
      }
      const endsSoFar = ends.length;
      expect(endsSoFar).toBeGreaterThanOrEqual(4);
      // Each is remembered: no other process is given it.
      await Promise.all(bombs.map((each) => running.ask(each)));
      expect(ends).toHaveLength(endsSoFar);
    },
  );

  it("does not hold others that are more than there are processes", async () => {
    const running = startFixture(BOMBED);
    const bombs = Array.from({ length: 6 }, (_, at) => bomb(18, `Z${at}_`));
    const answers = await beside(neighborhood, () => Promise.all(bombs.map((each) => running.ask(each))));
    for (const { errors } of answers) {
      expect(errors).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
    }
    expect(planners().length).toBeLessThanOrEqual(4);
  });

  it("leaves what is merely large alone", async () => {
    const { data, errors } = await startFixture(BOMBED).ask(bomb(8));
    expect({ data, errors }).toMatchObject({ data: { n: { a: null } }, errors: undefined });
  });
});

describe("a planner process that somebody ends", () => {
  it.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("costs nobody an answer: %s", async (signal) => {
    await beside(neighborhood, async () => {
      for (let turn = 0; turn < 3; turn++) {
        for (const planner of planners()) process.kill(planner, signal);
        for (let asked = 0; asked < 10; asked++) {
          const key = `again${++uniqueness}`;
          const { errors } = await neighborhood.ask(`{ ${key}: course(id: "c1") { title } }`);
          expect(errors).toBeUndefined();
        }
      }
    });
    expect(planners().length).toBeGreaterThan(0);
  });

  it("is not seen over HTTP either", async () => {
    const running: HttpFixture = await startHttpFixture(keys.subgraphs);
    try {
      await beside({ ask: running.post }, async () => {
        for (let turn = 0; turn < 3; turn++) {
          for (const planner of planners()) process.kill(planner, "SIGKILL");
          await running.post(`{ x${++uniqueness}: course(id: "c1") { title } }`);
        }
      });
    } finally {
      await running.close();
    }
  });
});

describe("a supergraph that ends the planner", () => {
  const supergraph = composeSupergraph(
    HOUSES.map(({ name, typeDefs }) => ({
      name,
      url: `http://${name}.invalid/`,
      sdl: FEDERATION + typeDefs,
    })),
  );
  const SILENT = { host: "127.0.0.1", port: 0, logLevel: "silent" } as const;

  it.each([
    [
      "a typo in what a field requires",
      "house{rooms(n:1)}",
      "house{romms(n:1)}",
      "'romms' not found in type 'House'",
    ],
    ["a set of fields that cannot be parsed", "house{rooms(n:1)}", "house{rooms(n:1)", "ParseError"],
    ["no root type", /type Query[^{]*\{[^}]*\}/, "", "expected the type Query of its query root; got none."],
    [
      "a key that is no field",
      'graph: DOORS, key: "id"',
      'graph: DOORS, key: "it"',
      "'it' not found in type 'House'",
    ],
    ["a key that cannot be parsed", 'graph: DOORS, key: "id"', 'graph: DOORS, key: "{"', "ParseError"],
    [
      "provided fields that are none",
      "Owner @join__field(graph: HOUSES",
      'Owner @join__field(graph: HOUSES, provides: "no"',
      "'no' not found in type 'Owner'",
    ],
    [
      "a label of an override that is none",
      "String @join__field(graph: DOORS",
      'String @join__field(graph: DOORS, override: "houses", overrideLabel: "percent(x)"',
      "Invalid percentage",
    ],
  ])("is refused in one sentence, and the old one goes on: %s", async (_, part, by, reason) => {
    const broken = supergraph.replace(part, by);
    expect(broken).not.toBe(supergraph);
    const running = await startHttpFixture(keys.subgraphs);
    try {
      await beside({ ask: running.post }, async () => {
        const { message } = await running.gateway.reload(broken).then(
          () => new Error("It has been taken."),
          (error: Error) => error,
        );
        expect(message).toMatch(/^[^\n]+$/);
        expect(message).toContain(reason);
      });
      await expect(
        createGateway({ ...SILENT, supergraphSdl: broken, subgraph: running.send }),
      ).rejects.toEqual(
        expect.objectContaining({
          name: "StartupError",
          message: expect.stringMatching(/^The supergraph cannot be served: [^\n]+$/),
        }),
      );
    } finally {
      await running.close();
    }
  });
});
