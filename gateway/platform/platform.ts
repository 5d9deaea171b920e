import { buildSubgraphSchema } from "@apollo/subgraph";
import type { DocumentNode, ExecutionResult } from "graphql";
import { execute, parse } from "graphql";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../execution/subgraph-executor.ts";
import { variablesIn } from "../execution/subgraph-executor.ts";
import { DomainError } from "../../shared/errors.ts";
import type { IdentifiedType } from "../../shared/ids.ts";
import { ID_PREFIXES, typeOfId } from "../../shared/ids.ts";

/** Most ids that one `nodes` takes. */
const NODES_LIMIT = 100;

/** The subgraph that owns each type, and so decides whether a record exists for a viewer. */
const OWNERS: Readonly<Record<IdentifiedType, string>> = {
  Institution: "institutions",
  Consortium: "institutions",
  PartnerOrganization: "partners",
  Partnership: "partners",
  Internship: "programs",
  MentoringProgram: "programs",
  CodingCourse: "programs",
  Cohort: "programs",
  Indicator: "metrics",
};

const TYPES = Object.keys(ID_PREFIXES) as IdentifiedType[];

/** The name under which the platform's own subgraph is composed. */
export const PLATFORM = "platform";

/** The internal subgraph's schema: what belongs to no domain. */
export const platformSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

type Query {
  """The record with this id, whatever its type; null when there is none that you may see."""
  node(id: ID!): Node
  """The records with these ids, at most ${NODES_LIMIT}, in their order; null for each that you may not see."""
  nodes(ids: [ID!]!): [Node]!
  """Who is asking."""
  viewer: Viewer!
}

"""A record that has an id of its own."""
interface Node {
  id: ID!
}

"""Who is asking, as the graph knows them."""
type Viewer {
  """Stable id of the person or service; null for a visitor."""
  id: ID
  """Visitor, person or service."""
  kind: ViewerKind!
  """The institutions and partner organisations they belong to."""
  organisations: [Node!]!
  """The consortia they are a member of, with their roles."""
  memberships: [ViewerMembership!]!
}

"""What kind of caller it is."""
enum ViewerKind {
  VISITOR
  PERSON
  SERVICE
}

"""A viewer's place in a consortium."""
type ViewerMembership {
  """The consortium."""
  consortium: Consortium!
  """The roles held there."""
  roles: [Role!]!
}

"""What a member may do in a consortium."""
enum Role {
  MEMBER
  ANALYST
  STEWARD
  CONSORTIUM_ADMIN
  OPERATOR
}

${TYPES.map((type) => `type ${type} implements Node @key(fields: "id", resolvable: false) {\n  id: ID!\n}`).join("\n\n")}
`;

/** Asks the owning subgraph of some records which of them this viewer can see. */
type AskOwner = (
  subgraph: string,
  representations: readonly { __typename: string; id: string }[],
  viewer: Viewer,
) => Promise<readonly (object | null)[]>;

/** Asks over the way that all operations go. */
function askOwnerThrough(send: SubgraphExecutor): AskOwner {
  return async (subgraph, representations, viewer) => {
    const { data, errors } = await send({
      subgraph,
      query: "query($representations:[_Any!]!){_entities(representations:$representations){__typename}}",
      operationKind: "query",
      variables: { representations },
      viewer,
    });
    const entities = data?.["_entities"];
    if (!Array.isArray(entities))
      throw new Error(`${subgraph} does not tell which records there are: ${errors?.[0]?.message}`);
    return entities as (object | null)[];
  };
}

interface PlatformContext {
  readonly viewer: Viewer;
}

type Stub = { __typename: IdentifiedType; id: string };

/** Adds the internal subgraph to a way that reaches the others. */
export function withPlatform(send: SubgraphExecutor): SubgraphExecutor {
  const platform = createPlatform(askOwnerThrough(send));
  return (request) => (request.subgraph === PLATFORM ? platform.execute(request) : send(request));
}

function createPlatform(askOwner: AskOwner) {
  const find = async (ids: readonly string[], viewer: Viewer): Promise<(Stub | null)[]> => {
    const stubs = ids.map((id): Stub | null => {
      const type = typeOfId(id);
      return type && { __typename: type, id };
    });
    const byOwner = groupByOwner(stubs);
    const seen = new Set<string>();
    await Promise.all(
      [...byOwner].map(async ([owner, wanted]) => {
        const found = await askOwner(owner, wanted, viewer);
        wanted.forEach(({ id }, index) => found[index] && seen.add(id));
      }),
    );
    return stubs.map((stub) => (stub && seen.has(stub.id) ? stub : null));
  };

  const schema = buildSubgraphSchema({
    typeDefs: parse(platformSdl),
    resolvers: {
      Query: {
        node: async (_: unknown, { id }: { id: string }, { viewer }: PlatformContext) =>
          (await find([id], viewer))[0],
        nodes: (_: unknown, { ids }: { ids: string[] }, { viewer }: PlatformContext) => {
          if (ids.length > NODES_LIMIT) {
            throw new DomainError(
              "BAD_USER_INPUT",
              `Argument "ids" takes at most ${NODES_LIMIT} ids; got ${ids.length}.`,
              { field: "ids" },
            );
          }
          return find(ids, viewer);
        },
        viewer: (_: unknown, __: unknown, { viewer }: PlatformContext) => viewer,
      },
      Node: { __resolveType: (stub: Stub) => stub.__typename },
      Viewer: {
        organisations: (viewer: Viewer) =>
          viewer.organisationIds.flatMap((id) => {
            const type = typeOfId(id);
            return type ? [{ __typename: type, id }] : [];
          }),
        memberships: (viewer: Viewer) =>
          viewer.consortia.map(({ id, roles }) => ({ consortium: { id }, roles })),
      },
    } as never,
  });

  const documents = new LRUCache<string, DocumentNode>({ max: 500 });
  return {
    async execute(request: SubgraphRequest): Promise<ExecutionResult> {
      const { query, operationName, viewer } = request;
      let document = documents.get(query);
      if (!document) documents.set(query, (document = parse(query)));
      return execute({
        schema,
        document,
        operationName: operationName ?? null,
        variableValues: variablesIn(request),
        contextValue: { viewer } satisfies PlatformContext,
      });
    },
  };
}

function groupByOwner(stubs: readonly (Stub | null)[]): Map<string, Stub[]> {
  const groups = new Map<string, Stub[]>();
  for (const stub of stubs) {
    if (!stub) continue;
    const owner = OWNERS[stub.__typename];
    groups.set(owner, [...(groups.get(owner) ?? []), stub]);
  }
  return groups;
}
