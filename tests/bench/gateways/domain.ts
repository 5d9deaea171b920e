import { buildSubgraphSchema } from "@apollo/subgraph";
import type { GraphQLSchema } from "graphql";
import { parse } from "graphql";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n`;

const range = (length: number) => Array.from({ length }, (_, index) => index);
const number = (id: string) => Number(id.replace(/\D/g, ""));
const institution = (n: number) => ({
  __typename: "Institution",
  id: `inst_${n}`,
  name: `University of Example ${n}`,
  city: `Town ${n}`,
  state: "OH",
  website: `https://www.example${n}.edu/`,
});

/** A small partnership network that is made up as it is asked: what is timed is the gateway. */
export const SUBGRAPHS: readonly { name: string; sdl: string; resolvers: object }[] = [
  {
    name: "institutions",
    sdl: `${LINK}
      type Query { institutions(first: Int!): [Institution!]! institution(id: ID!): Institution }
      type Institution @key(fields: "id") { id: ID! name: String! city: String! state: String! website: String }`,
    resolvers: {
      Query: {
        institutions: (_: unknown, { first }: { first: number }) => range(first).map(institution),
        institution: (_: unknown, { id }: { id: string }) => institution(number(id)),
      },
      Institution: { __resolveReference: ({ id }: { id: string }) => institution(number(id)) },
    },
  },
  {
    name: "partners",
    sdl: `${LINK}
      type Query { partnerCount: Int! }
      type Institution @key(fields: "id") { id: ID! partnerships: [Partnership!]! }
      type Partnership @key(fields: "id") { id: ID! name: String! stage: Stage! parties: [Party!]! }
      union Party = Institution | PartnerOrganization
      type PartnerOrganization @key(fields: "id") { id: ID! name: String! orgType: String! }
      enum Stage { ACTIVE ENDED }`,
    resolvers: {
      Query: { partnerCount: () => 60 },
      Institution: {
        __resolveReference: (key: object) => key,
        partnerships: ({ id }: { id: string }) =>
          range(2).map((n) => ({
            id: `pship_${number(id) * 2 + n}`,
            name: `Partnership ${number(id)}-${n}`,
            stage: "ACTIVE",
          })),
      },
      Partnership: {
        parties: ({ id }: { id: string }) => [
          { __typename: "Institution", id: `inst_${number(id) % 30}` },
          {
            __typename: "PartnerOrganization",
            id: `porg_${number(id)}`,
            name: `Example Works ${number(id)}`,
            orgType: "BUSINESS",
          },
        ],
      },
    },
  },
  {
    name: "programs",
    sdl: `${LINK}
      type Query { programCount: Int! }
      type Partnership @key(fields: "id") { id: ID! programs: [Program!]! }
      type Program @key(fields: "id") { id: ID! title: String! capacity: Int! hours: Float }`,
    resolvers: {
      Query: { programCount: () => 80 },
      Partnership: {
        __resolveReference: (key: object) => key,
        programs: ({ id }: { id: string }) =>
          range(2).map((n) => ({
            id: `prog_${number(id) * 2 + n}`,
            title: `Program ${number(id)}-${n}`,
            capacity: 20 + n,
            hours: 120.5,
          })),
      },
    },
  },
  {
    name: "metrics",
    sdl: `${LINK}
      type Query { figureCount: Int! }
      type Institution @key(fields: "id") { id: ID! summary: Summary! }
      type Program @key(fields: "id") { id: ID! figures: [Figure!]! }
      type Summary { students: Int! retention: Float }
      type Figure { code: String! value: Float n: Int }`,
    resolvers: {
      Query: { figureCount: () => 50_000 },
      Institution: {
        __resolveReference: (key: object) => key,
        summary: () => ({ students: 12_000, retention: 0.81 }),
      },
      Program: {
        __resolveReference: (key: object) => key,
        figures: ({ id }: { id: string }) => [
          { code: "COMPLETION_RATE", value: 0.5 + (number(id) % 50) / 100, n: 40 },
        ],
      },
    },
  },
];

export const schemaOf = ({ sdl, resolvers }: (typeof SUBGRAPHS)[number]): GraphQLSchema =>
  buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });

/** What is asked: six fetches in sequence and at once with batches of 20 to 80, three fetches, one fetch. */
export const OPERATIONS: readonly (readonly [name: string, query: string, variables: object])[] = [
  [
    "large",
    `query Large($first: Int!) { institutions(first: $first) { id name city summary { students retention } partnerships { id name stage
      parties { __typename ... on Institution { name city } ... on PartnerOrganization { name orgType } }
      programs { title capacity figures { code value n } } } } }`,
    { first: 20 },
  ],
  [
    "medium",
    `query Medium($first: Int!) { institutions(first: $first) { name partnerships { name programs { title } } } }`,
    { first: 5 },
  ],
  ["small", `query Small($id: ID!) { institution(id: $id) { id name city website } }`, { id: "inst_7" }],
];
