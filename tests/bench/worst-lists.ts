import type { GraphQLInputObjectType, GraphQLNamedType, GraphQLSchema } from "graphql";
import { getNamedType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";

/** A list of the schema, and the operation that has it looked through the most often that one request may. */
export interface WorstList {
  /** Its coordinate. */
  readonly name: string;
  /** The operation with so many aliases of the list. */
  readonly operation: (aliases: number) => { readonly query: string; readonly variables: object };
}

/** Most parents of a relation: with more of them the limit on costs leaves fewer aliases. */
const PARENTS = 20;

/** Comparisons that hardly any row passes and no index answers, by the name of a filter's input. */
const HARDLY_ANY: Readonly<Record<string, object>> = {
  StringFilter: { contains: "q#z" },
  IntFilter: { lt: -1_000_000 },
  FloatFilter: { lt: -1_000_000 },
  DateFilter: { lt: "0001-01-02" },
  DateTimeFilter: { lt: "0001-01-02T00:00:00Z" },
};

/** Every list of a schema that can be filtered: at the root, and of the nodes of those. */
export function worstLists(schema: GraphQLSchema): WorstList[] {
  const roots = listsOf(schema.getQueryType()!);
  return roots.flatMap((root): WorstList[] => [
    {
      name: `Query.${root.name}`,
      operation: (aliases) => ({
        query: `query ($filter: ${root.filter.name}) { ${aliased(root.name, Math.min(aliases, 50))} }`,
        variables: { filter: worstFilter(root.filter) },
      }),
    },
    ...listsOf(root.node).map(({ name, filter }) => ({
      name: `${root.node.name}.${name}`,
      operation: (aliases: number) => ({
        query: `query ($filter: ${filter.name}) { ${root.name}(first: ${PARENTS}) { nodes { ${aliased(name, aliases)} } } }`,
        variables: { filter: worstFilter(filter) },
      }),
    })),
  ]);
}

const aliased = (name: string, count: number) =>
  Array.from(
    { length: count },
    (_, index) => `a${index}: ${name}(first: 1, filter: $filter) { nodes { __typename } }`,
  ).join(" ");

/** One of many conditions holds, none of which does: each is put to each row. */
function worstFilter(filter: GraphQLInputObjectType): object {
  const conditions = Object.values(filter.getFields()).flatMap(({ name, type }) => {
    if (["and", "or", "not"].includes(name)) return [];
    return [{ [name]: HARDLY_ANY[getNamedType(type).name] ?? { isNull: true } }];
  });
  return { or: conditions };
}

interface List {
  readonly name: string;
  readonly node: GraphQLNamedType;
  readonly filter: GraphQLInputObjectType;
}

/** The filtered connections among a type's fields. */
function listsOf(type: GraphQLNamedType): List[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const connection = getNamedType(field.type);
    const filter = getNamedType(field.args.find(({ name }) => name === "filter")?.type);
    const nodes = isObjectType(connection) ? connection.getFields()["nodes"] : undefined;
    if (!nodes || !isInputObjectType(filter)) return [];
    return [{ name: field.name, node: getNamedType(nodes.type), filter }];
  });
}

/** Sends the worst operation on a list that is admitted, of at most so many aliases: a refusal costs nobody anything. */
export async function askWorst<T extends { errors?: readonly { extensions?: Record<string, unknown> }[] }>(
  list: WorstList,
  ask: (operation: { query: string; variables: object }) => Promise<T>,
  most = 190,
): Promise<{ readonly aliases: number; readonly answer: T }> {
  for (let aliases = most; ; aliases = Math.floor(aliases * 0.7)) {
    const answer = await ask(list.operation(aliases));
    const isRefused = answer.errors?.some(
      ({ extensions = {} }) =>
        extensions["code"] === "COST_EXCEEDED" ||
        (extensions["code"] === "LIMIT_EXCEEDED" && extensions["limit"] !== "statementTime"),
    );
    if (!isRefused || aliases < 2) return { aliases, answer };
  }
}
