import { bulkhead, isBulkheadRejectedError } from "cockatiel";
import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { QueryPlanner } from "@graphql-hive/router-query-planner";
import type { GraphQLSchema } from "graphql";
import { buildASTSchema, parse } from "graphql";
import { LRUCache } from "lru-cache";
import { DomainError } from "../../shared/errors.ts";
import type { KeysOf } from "./aliases.ts";
import { fetchedKeysOf } from "./aliases.ts";
import { membersOfInterfaceObjects } from "./interface-objects.ts";
import { linksIn } from "./links.ts";
import { plannable, refuseUnknownFeatures, withoutFeatures } from "./supergraph-features.ts";

/** Most plans that are kept, and most characters of what they are plans of. */
const PLANS_KEPT = { max: 2_000, maxSize: 1_000_000 };

/** Plans that are made at once: a plan cannot be stopped, and there are threads for no more. */
const PLANS_AT_ONCE = 4;
/** Plans that wait for that; more would wait longer than whoever asks. */
const PLANS_WAITING = 200;

const TOO_MANY = "Too many new operations are being planned; one that has been asked before is answered.";

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

/** Makes the planner of a supergraph; throws when the supergraph is not one. */
export function createPlanner(supergraphSdl: string, { overrideLabels = [] }: PlannerOptions = {}): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const links = linksIn(supergraph.definitions);
  refuseUnknownFeatures(links);
  const native = new QueryPlanner(plannable(supergraph, links));
  const labels = new Set(overrideLabels);
  const thresholds = native.overridePercentages;
  const plans = new LRUCache<string, Promise<QueryPlan>>({
    ...PLANS_KEPT,
    sizeCalculation: (_, key) => key.length,
  });
  const planning = bulkhead(PLANS_AT_ONCE, PLANS_WAITING);
  return {
    apiSchema: buildASTSchema(withoutFeatures(parse(withoutComposition(native.consumerSchema)), links), {
      assumeValid: true,
      assumeValidSDL: true,
    }),
    unnamed: membersOfInterfaceObjects(supergraph.definitions),
    keysOf: fetchedKeysOf(supergraph.definitions),
    plan(query, operationName) {
      // A field that is moved by `@override(label: "percent(30)")` is asked of its new owner in so many of a hundred.
      const chance = thresholds.length > 0 ? Math.random() * 100 : 0;
      const moved = thresholds.filter((threshold) => chance < threshold).length;
      const key = `${moved} ${operationName ?? ""}\n${query}`;
      let plan = plans.get(key);
      if (!plan) {
        plan = planning
          .execute(() => native.planAsync(query, operationName, labels, chance))
          .catch((error: unknown) => {
            throw isBulkheadRejectedError(error) ? new DomainError("UNAVAILABLE", TOO_MANY) : error;
          });
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
