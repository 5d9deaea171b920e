import type { DocumentNode } from "graphql";
import type { DryRun } from "../budget/dry-run.ts";
import { createDryRun } from "../budget/dry-run.ts";
import type { Data } from "../execution/types.ts";
import type { Graph } from "../graph.ts";
import type { CostModel } from "../limits/cost/cost-model.ts";
import { createCostModel } from "../limits/cost/cost-model.ts";
import type { Limits } from "../limits/limits.ts";
import { createPlanCheck } from "../limits/planned-fields.ts";
import { refuseCost } from "../limits/refusal.ts";
import { checkVariables } from "../limits/variables.ts";
import type { OperationParams } from "./params.ts";

/** An operation that may be run, and what it costs. */
export interface Guarded {
  /** What is run: the document, or as much of it as a dry run answers. */
  readonly document: DocumentNode;
  /** The most that the operation can cost, as the client wrote it. */
  readonly requested: number;
  /** The most that what is run of it can cost. */
  readonly payable: number;
  /** What it did cost, by its answer. */
  actual(data: Data | null | undefined): number;
}

/** Throws where an operation is more than may be asked for; before it is planned, its document known to be valid. */
export type Guard = (document: DocumentNode, params: OperationParams) => Guarded;

/** Makes the guard of each graph, once. */
export function createGuards(limits: Limits): (graph: Graph) => Guard {
  const made = new WeakMap<Graph, Guard>();
  return (graph) => {
    let guard = made.get(graph);
    if (!guard) made.set(graph, (guard = guardOf(graph, limits)));
    return guard;
  };
}

function guardOf({ apiSchema, supergraphSdl }: Graph, limits: Limits): Guard {
  const checkPlan = createPlanCheck(apiSchema, limits);
  const costs: CostModel = createCostModel(apiSchema, supergraphSdl);
  const dryRunOf: DryRun = createDryRun(apiSchema);
  return (asked, { operationName, variables = {} }) => {
    checkVariables(variables, limits);
    checkPlan(asked, operationName);
    const requested = costs.requestedCost(asked, operationName, variables);
    const dryRun = dryRunOf(asked, operationName, variables);
    const payable = dryRun ? costs.requestedCost(dryRun, operationName, variables) : requested;
    refuseCost(payable, limits.cost);
    const document = dryRun ?? asked;
    return {
      document,
      requested,
      payable,
      actual: (data) => costs.actualCost(document, operationName, variables, data),
    };
  };
}
