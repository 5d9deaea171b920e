import { buildSubgraphSchema } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import type { GraphQLResolveInfo, GraphQLSchema } from "graphql";
import { isAbstractType, isObjectType, parse } from "graphql";
import { buildSchemaSync, createResolversMap, getMetadataStorage } from "type-graphql";
import type { NonEmptyArray } from "type-graphql";
import type { Database } from "../data/database.ts";
import type { SubgraphContext } from "../data/loaders.ts";
import type { DemoWorld } from "../demo/world.ts";
import type { Tables } from "../data/open.ts";
import type { FeedSubscription } from "../feed/consumer.ts";
import { typeOfId } from "../ids.ts";
import { countWhole } from "./connection.ts";
import { directResolvers } from "./direct-resolvers.ts";
import { DateScalar, DateTimeScalar } from "./scalars.ts";
import type { VisibilityTable } from "./visibility.ts";
import { requireVisibility } from "./visibility.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@interfaceObject", "@tag",
  "@cost", "@listSize"
])
`;

/** Finds the entity behind a key that the gateway sends: its row, or null when it isn't the viewer's to see. */
export type ReferenceResolver = (
  key: Record<string, string>,
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
) => object | null | Promise<object | null>;

/** A subgraph's front door: everything that starting, serving, migrating and composing it needs. */
export interface SubgraphDefinition extends Tables {
  readonly resolvers: NonEmptyArray<Function>;
  /** Object types that only an interface or union leads to. */
  readonly orphanedTypes?: Function[];
  readonly visibility: VisibilityTable;
  readonly references: Readonly<Record<string, ReferenceResolver>>;
  /** What its schema links to, where that is more than federation's usual directives. */
  readonly link?: string;
  /** The change feeds of other subgraphs that this one keeps a projection of. */
  readonly subscriptions?: readonly FeedSubscription[];
  /** Fills this subgraph's part of the demo network into empty tables; does nothing where it is there already. */
  readonly loadDemo?: (
    db: Database,
    world: DemoWorld,
    onProgress: (done: number, total: number) => void,
  ) => Promise<void>;
}

/** A subgraph's schema as it is served, and its text as it is composed. */
export interface SubgraphSchema {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}

/** Builds the federated schema that a subgraph's decorators describe. */
export function buildFederatedSchema(
  definition: Pick<SubgraphDefinition, "resolvers" | "orphanedTypes" | "visibility" | "references" | "link">,
): SubgraphSchema {
  // A field that only reads a property needs no function around it; the wrapper costs more than the field.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
  const decorated = buildSchemaSync({
    resolvers: definition.resolvers,
    orphanedTypes: definition.orphanedTypes ?? [],
    scalarsMap: [
      { type: DateScalar as never, scalar: DateScalar },
      { type: DateTimeScalar as never, scalar: DateTimeScalar },
    ],
    validate: false,
    emitSchemaFile: false,
  });
  requireVisibility(decorated, definition.visibility);
  const printed = printSchemaWithDirectives(decorated).replace(/^schema\s*\{[^}]*\}\s*/m, "");
  const sdl = (definition.link ?? LINK) + printed.trim() + "\n";
  const map = createResolversMap(decorated) as Record<string, Record<string, unknown>>;
  for (const [type, resolve] of Object.entries(definition.references)) {
    (map[type] ??= {})["__resolveReference"] = resolve;
  }
  for (const [type, fields] of Object.entries(map)) {
    Object.assign(fields, directResolvers(type, definition.resolvers));
    if (type.endsWith("Connection")) fields["totalCount"] = countWhole;
  }
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: map as never });
  keepExtensions(decorated, schema);
  resolveTypesById(schema, decorated);
  return { schema, sdl };
}

/** A row's id tells its type. At once: a promise around each row of a list would cost more than the row. */
function resolveTypesById(schema: GraphQLSchema, decorated: GraphQLSchema): void {
  for (const { name } of Object.values(decorated.getTypeMap())) {
    const type = schema.getType(name);
    if (isAbstractType(type)) type.resolveType = typeOfRow;
  }
}

const typeOfRow = ({ __typename, id }: { __typename?: string; id: string }) =>
  __typename ?? typeOfId(id) ?? undefined;

/** `buildSubgraphSchema` builds anew from text and drops extensions, in which `@Needs` keeps its columns. */
function keepExtensions(from: GraphQLSchema, to: GraphQLSchema): void {
  for (const type of Object.values(to.getTypeMap())) {
    const source = from.getType(type.name);
    if (!isObjectType(type) || !isObjectType(source)) continue;
    for (const [name, field] of Object.entries(source.getFields())) {
      const kept = type.getFields()[name];
      if (kept) kept.extensions = field.extensions;
    }
  }
}
