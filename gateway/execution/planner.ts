import { createHash } from "node:crypto";
import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DefinitionNode, GraphQLSchema } from "graphql";
import { buildASTSchema, Kind, parse } from "graphql";
import { LRUCache } from "lru-cache";
import { DomainError } from "../../shared/errors.ts";
import type { KeysOf } from "./aliases.ts";
import { fetchedKeysOf } from "./aliases.ts";
import { membersOfInterfaceObjects } from "./interface-objects.ts";
import { linksIn } from "./links.ts";
import type { PlanRequest } from "./planner-pool.ts";
import { PlannerPool } from "./planner-pool.ts";
import { PlannerEnded, PlanTooLarge } from "./planner-process.ts";
import { plannable, refuseUnknownFeatures, withoutFeatures } from "./supergraph-features.ts";

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
  /** The keys under which the plan of a document fetches what it asks for. */
  readonly keysOf: KeysOf;
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
  const document = parse(supergraphSdl, { noLocation: true });
  const { definitions } = document;
  const links = linksIn(definitions);
  refuseUnknownFeatures(links);
  refuseMissingRoots(definitions);
  const supergraph = { id: ++supergraphs, supergraphSdl: plannable(document, links) };
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
    apiSchema: buildASTSchema(withoutFeatures(parse(withoutComposition(consumerSchema)), links), {
      assumeValid: true,
      assumeValidSDL: true,
    }),
    unnamed: membersOfInterfaceObjects(definitions),
    keysOf: fetchedKeysOf(definitions),
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

/** The planner leaves composition's own helpers and the meta fields in the schema; clients see neither. */
function withoutComposition(sdl: string): string {
  return sdl
    .replace(/^\s*__schema: __Schema!\n/m, "")
    .replace(/^\s*__type\(name: String!\): __Type\n/m, "")
    .replace(/^input join__ContextArgument \{[^}]*\}\n/m, "")
    .replace(/^scalar join__FieldValue\n/m, "");
}
