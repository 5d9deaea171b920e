import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { QueryPlanner } from "@graphql-hive/router-query-planner";
import type { GraphQLSchema } from "graphql";
import { buildSchema } from "graphql";
import { LRUCache } from "lru-cache";

const PLANS_KEPT = 2_000;

/** What turns an operation into fetches. */
export interface Planner {
  /** What clients see of the supergraph. */
  readonly apiSchema: GraphQLSchema;
  /** The plan of an operation; plans are kept by text and operation name. */
  plan(query: string, operationName?: string | null): Promise<QueryPlan>;
}

/** Makes the planner of a supergraph; throws when the supergraph is not one. */
export function createPlanner(supergraphSdl: string): Planner {
  const native = new QueryPlanner(supergraphSdl);
  const plans = new LRUCache<string, Promise<QueryPlan>>({ max: PLANS_KEPT });
  return {
    apiSchema: buildSchema(withoutComposition(native.consumerSchema), {
      assumeValid: true,
      assumeValidSDL: true,
    }),
    plan(query, operationName) {
      const key = `${operationName ?? ""}\n${query}`;
      let plan = plans.get(key);
      if (!plan) {
        plan = native.planAsync(query, operationName, new Set(), 0);
        plans.set(key, plan);
        // A failure is not kept: the next caller may ask again.
        plan.catch(() => plans.delete(key));
      }
      return plan;
    },
  };
}

/** The planner leaves composition's own helpers and the meta fields in the schema; clients see neither. */
function withoutComposition(sdl: string): string {
  return sdl
    .replace(/^\s*__schema: __Schema!\n/m, "")
    .replace(/^\s*__type\(name: String!\): __Type\n/m, "")
    .replace(/^input join__ContextArgument \{[^}]*\}\n/m, "")
    .replace(/^scalar join__FieldValue\n/m, "");
}
