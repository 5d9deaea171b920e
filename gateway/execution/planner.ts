import { createHash } from "node:crypto";
import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DefinitionNode, DocumentNode, GraphQLSchema } from "graphql";
import { buildASTSchema, Kind, parse } from "graphql";
import { LRUCache } from "lru-cache";
import { DomainError } from "../../shared/errors.ts";
import { membersOfInterfaceObjects } from "./interface-objects.ts";
import type { Link } from "./links.ts";
import { isAccess, linksIn } from "./links.ts";
import type { PlanRequest } from "./planner-pool.ts";
import { PlannerPool } from "./planner-pool.ts";
import { PlannerEnded, PlanTooLarge } from "./planner-process.ts";

/** Most plans that are kept, and most characters of what they are plans of. */
const PLANS_KEPT = { max: 2_000, maxSize: 1_000_000 };

/** Operations that have ended a planner process or taken more than they may: how many are remembered, how long. */
const REFUSALS_KEPT = { max: 1_000, ttl: 5 * 60_000 };

const TOO_LARGE = {
  milliseconds: "The operation takes too long to plan: ask for less of it at once.",
  bytes: "The operation takes too much memory to plan: ask for less of it at once.",
  characters: "The plan of the operation is too large: ask for less of it at once.",
};

/** The planner processes of this process. */
export const plannerPool = new PlannerPool();

let supergraphs = 0;

/** What turns an operation into fetches. */
export interface Planner {
  /** What clients see of the supergraph. */
  readonly apiSchema: GraphQLSchema;
  /** Object types of which some subgraphs cannot say that an object is one. */
  readonly unnamed: ReadonlySet<string>;
  /** The plan of an operation; plans are kept by text and operation name. */
  plan(query: string, operationName?: string | null): Promise<QueryPlan>;
}

/** What a planner is told beside its supergraph. */
export interface PlannerOptions {
  /** The labels of `@override` that are switched on. */
  readonly overrideLabels?: readonly string[];
}

/** Makes the planner of a supergraph; rejects when the supergraph is not one. */
export async function createPlanner(
  supergraphSdl: string,
  { overrideLabels = [] }: PlannerOptions = {},
): Promise<Planner> {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const links = linksIn(definitions);
  refuseUnknownFeatures(links);
  refuseMissingRoots(definitions);
  const supergraph = { id: ++supergraphs, supergraphSdl };
  const { consumerSchema, overridePercentages: thresholds } = await plannerPool
    .load(supergraph)
    .catch((error: Error) => {
      throw new Error(`the query planner cannot load it: ${error.message}`, { cause: error });
    });
  const plans = new LRUCache<string, Promise<QueryPlan>>({
    ...PLANS_KEPT,
    sizeCalculation: (_, key) => key.length,
  });
  const refusals = new LRUCache<string, Error>(REFUSALS_KEPT);
  const make = async (key: string, request: PlanRequest): Promise<QueryPlan> => {
    const id = createHash("sha256").update(key).digest("base64");
    const refusal = refusals.get(id);
    if (refusal) throw refusal;
    try {
      return JSON.parse(await plannerPool.plan(supergraph, request)) as QueryPlan;
    } catch (error) {
      const failure =
        error instanceof PlanTooLarge ? new DomainError("LIMIT_EXCEEDED", TOO_LARGE[error.exceeded]) : error;
      // What has ended one process would end the next.
      if (failure !== error || error instanceof PlannerEnded) refusals.set(id, failure as Error);
      throw failure;
    }
  };
  return {
    apiSchema: buildASTSchema(withoutAccess(parse(withoutComposition(consumerSchema)), links), {
      assumeValid: true,
      assumeValidSDL: true,
    }),
    unnamed: membersOfInterfaceObjects(definitions),
    plan(query, operationName) {
      // A field that is moved by `@override(label: "percent(30)")` is asked of its new owner in so many of a hundred.
      const chance = thresholds.length > 0 ? Math.random() * 100 : 0;
      const moved = thresholds.filter((threshold) => chance < threshold).length;
      const key = `${moved} ${operationName ?? ""}\n${query}`;
      let plan = plans.get(key);
      if (!plan) {
        plan = make(key, { query, operationName, labels: overrideLabels, percentage: chance });
        plans.set(key, plan);
        // A failure is not kept: the next caller may ask again.
        plan.catch(() => plans.delete(key));
      }
      return plan;
    },
  };
}

/** What this gateway does of the features that a supergraph may say it cannot do without. */
const FEATURES = new Set(["join", "inaccessible"]);

/**
 * A supergraph says which features have to be understood for its answers to be right, or safe. Access rules that
 * nobody applies would be worse than none.
 */
function refuseUnknownFeatures(links: readonly Link[]): void {
  for (const link of links) {
    if (!link.isNeeded || FEATURES.has(link.feature) || isAccess(link)) continue;
    throw new Error(`it depends on ${link.feature} (${link.url}), which this gateway does not do.`);
  }
}

/** The planner would only say that there is nothing where it expects something. */
function refuseMissingRoots(definitions: readonly DefinitionNode[]): void {
  const objects = new Set(
    definitions.flatMap((each) => (each.kind === Kind.OBJECT_TYPE_DEFINITION ? [each.name.value] : [])),
  );
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { operation, type } of definition.operationTypes) {
      if (objects.has(type.name.value)) continue;
      throw new Error(`expected the type ${type.name.value} of its ${operation} root; got none.`);
    }
  }
}

/** Clients see no access rules, nor the directives that they are written with. */
function withoutAccess(document: DocumentNode, links: readonly Link[]): DocumentNode {
  const access = links.filter(isAccess);
  const isRule = (definition: DefinitionNode) => {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      return access.some(({ names }) => names.includes(definition.name.value));
    }
    return (
      definition.kind === Kind.SCALAR_TYPE_DEFINITION &&
      access.some(({ namespace }) => definition.name.value.startsWith(`${namespace}__`))
    );
  };
  return { ...document, definitions: document.definitions.filter((each) => !isRule(each)) };
}

/** The planner leaves composition's own helpers and the meta fields in the schema; clients see neither. */
function withoutComposition(sdl: string): string {
  return sdl
    .replace(/^\s*__schema: __Schema!\n/m, "")
    .replace(/^\s*__type\(name: String!\): __Type\n/m, "")
    .replace(/^input join__ContextArgument \{[^}]*\}\n/m, "")
    .replace(/^scalar join__FieldValue\n/m, "");
}
