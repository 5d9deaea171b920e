import type { DocumentNode } from "graphql";
import type { Graph } from "../graph.ts";
import type { CostModel } from "../limits/cost/cost-model.ts";
import { createCostModel } from "../limits/cost/cost-model.ts";
import type { Limits } from "../limits/limits.ts";
import { createPlanCheck } from "../limits/planned-fields.ts";
import { refuseCost } from "../limits/refusal.ts";
import { checkVariables } from "../limits/variables.ts";
import type { OperationParams } from "./params.ts";

/** What an operation is held against once its document is known to be valid, and before it is planned. */
export interface Guards {
  /** Throws where the operation is more than may be asked for; tells what it costs at most. */
  check(document: DocumentNode, params: OperationParams): number;
  readonly costs: CostModel;
}

/** Makes the guards of each graph, once. */
export function createGuards(limits: Limits): (graph: Graph) => Guards {
  const made = new WeakMap<Graph, Guards>();
  return (graph) => {
    let guards = made.get(graph);
    if (!guards) made.set(graph, (guards = guardsOf(graph, limits)));
    return guards;
  };
}

function guardsOf({ apiSchema, supergraphSdl }: Graph, limits: Limits): Guards {
  const checkPlan = createPlanCheck(apiSchema, limits);
  const costs = createCostModel(apiSchema, supergraphSdl);
  return {
    costs,
    check(document, { operationName, variables = {} }) {
      checkVariables(variables, limits);
      checkPlan(document, operationName);
      const requested = costs.requestedCost(document, operationName, variables);
      refuseCost(requested, limits.cost);
      return requested;
    },
  };
}
