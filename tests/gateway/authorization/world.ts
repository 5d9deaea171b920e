import type { ExecutionResult } from "graphql";
import { parse, validate } from "graphql";
import type { Graph, GraphOptions } from "../../../gateway/graph.ts";
import { loadGraph } from "../../../gateway/graph.ts";
import type { SubgraphRequest } from "../../../gateway/execution/subgraph-executor.ts";
import type { Caller } from "../../../gateway/identity/caller.ts";
import { NOBODY } from "../../../gateway/identity/caller.ts";
import type { FixtureSubgraph } from "../fixture.ts";
import { startFixture } from "../fixture.ts";

export const VISITOR = NOBODY;

/** Somebody who has signed in, with these scopes. */
export const member = (...scopes: string[]): Caller => ({
  viewer: { id: "p1", kind: "PERSON", organisationIds: [], consortia: [] },
  credential: { kind: "TOKEN", id: "p1" },
  scopes,
});

/** Somebody may keep books in one subgraph and wages in another. */
export const SUBGRAPHS: readonly FixtureSubgraph[] = [
  {
    name: "people",
    typeDefs: `
      type Query {
        me: Person @authenticated
        people: [Person]!
        person(id: ID!, note: String): Person
        news: [Story]!
        story: Story
        strict: [Story!]
        search(text: String): [Hit]!
        node(id: ID!): Node
        best: Node!
        stamp: Stamp
        vault: Vault
        must: Int! @authenticated
        open: Int!
        ranks: [Rank]
      }
      type Mutation {
        hire(name: String!): Person @requiresScopes(scopes: [["hr"]])
        greet(name: String!): String
      }
      type Subscription {
        hired: Person @authenticated
        greeted: Greeting
      }
      type Greeting { text: String secret: String @authenticated }
      interface Node { id: ID! }
      interface Story implements Node { id: ID! title: String body(words: Int): String about: Node }
      type Memo implements Story & Node @authenticated {
        id: ID! title: String body(words: Int): String about: Node pages: Int
      }
      type Leak implements Story & Node {
        id: ID! title: String body(words: Int): String @requiresScopes(scopes: [["press", "read"], ["editor"]]) about: Person source: String
      }
      type Note implements Story & Node { id: ID! title: String! body(words: Int): String about: Node }
      type Person implements Node @key(fields: "id") {
        id: ID! name: String ssn: String @requiresScopes(scopes: [["hr"]]) friends: [Person!] rank: Rank
      }
      type Safe { code: String }
      type Vault @policy(policies: [["keeper"]]) { safe: Safe }
      union Hit = Memo | Person | Safe
      scalar Stamp @policy(policies: [["keeper", "signer"], ["owner"]])
      enum Rank @requiresScopes(scopes: [["hr"], ["payroll"]]) { CHIEF CLERK }
    `,
    resolvers: {},
  },
  {
    name: "payroll",
    typeDefs: `
      type Query { payrolls: Int }
      type Person @key(fields: "id") {
        id: ID!
        wage: Int @requiresScopes(scopes: [["payroll"]])
        bonus: Int! @requiresScopes(scopes: [["payroll"]])
        account: Account
      }
      type Account @authenticated { iban: String! }
    `,
    resolvers: {},
  },
];

const person = (id: string): object => ({
  __typename: "Person",
  id,
  name: `Person ${id}`,
  ssn: `SECRET ssn ${id}`,
  friends: () => (id === "1" ? [person("2")] : []),
  rank: "CHIEF",
  wage: 1000 + Number(id),
  bonus: 10,
  account: { iban: `SECRET iban ${id}` },
});
const story = (__typename: string, id: string) => ({
  __typename,
  id,
  title: `${__typename} ${id}`,
  body: `SECRET body ${id}`,
  about: person("1"),
  pages: 3,
  source: "a friend",
});
const memo = story("Memo", "m1");
const leak = story("Leak", "l1");
const note = { ...story("Note", "n1"), body: "free" };
const type = ({ __typename }: { __typename: string }) => __typename;
const reference = ({ id }: { id: string }) => person(id);

Object.assign(SUBGRAPHS[0]!.resolvers, {
  Query: {
    me: () => person("1"),
    people: () => [person("1"), person("2")],
    person: (_: unknown, { id }: { id: string }) => person(id),
    news: () => [memo, leak, note],
    story: () => note,
    strict: () => [note, memo],
    search: () => [memo, person("2"), { __typename: "Safe", code: "open" }],
    node: (_: unknown, { id }: { id: string }) => ({ m1: memo, l1: leak, n1: note })[id] ?? person(id),
    best: () => memo,
    stamp: () => "SECRET stamp",
    vault: () => ({ safe: { code: "SECRET code" } }),
    must: () => 1,
    open: () => 2,
    ranks: () => ["CHIEF"],
  },
  Mutation: {
    hire: (_: unknown, { name }: { name: string }) => ({ ...person("3"), name }),
    greet: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
  },
  Node: { __resolveType: type },
  Story: { __resolveType: type },
  Hit: { __resolveType: type },
  Person: { __resolveReference: reference },
});
Object.assign(SUBGRAPHS[1]!.resolvers, {
  Query: { payrolls: () => 1 },
  Person: { __resolveReference: reference },
});

/** A graph over subgraphs in this process, and what they have been asked. */
export interface World {
  readonly graph: Promise<Graph>;
  /** Every request to a subgraph, in order. */
  readonly requests: SubgraphRequest[];
  /** What subgraphs have been asked since the last time, as one text. */
  asked(): string;
  ask(query: string, caller?: Caller, variables?: Record<string, unknown>): Promise<ExecutionResult>;
}

/** Starts a world; a supergraph that others have composed may stand for our own composition's. */
export function startWorld(
  options: Partial<GraphOptions> = {},
  subgraphs = SUBGRAPHS,
  supergraphSdl?: string,
): World {
  const fixture = startFixture(subgraphs, undefined, supergraphSdl);
  const requests: SubgraphRequest[] = [];
  const graph = loadGraph(fixture.supergraphSdl, {
    subgraph: (request) => {
      requests.push(request);
      return fixture.send(request);
    },
    ...options,
  });
  // What is wrong with a supergraph is told to whoever asks.
  graph.catch(() => {});
  let seen = 0;
  return {
    graph,
    requests,
    asked() {
      const texts = requests.slice(seen).map(({ query }) => query);
      seen = requests.length;
      return texts.join("\n");
    },
    async ask(query, caller = VISITOR, variables = {}) {
      const document = parse(query);
      const { apiSchema, execute } = await graph;
      expect(validate(apiSchema, document)).toEqual([]);
      const answer = await execute({ document, variables, viewer: caller.viewer, caller });
      return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
    },
  };
}

/** The paths at which an answer says that something is withheld; it must say nothing else. */
export function refusedAt({ errors = [] }: ExecutionResult): unknown[] {
  return errors.map(({ message, path, extensions }) => {
    expect({ message, extensions }).toMatchObject({
      message: "Unauthorized field or type.",
      extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" },
    });
    return path;
  });
}
