import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { getOperationAST, valueFromASTUntyped } from "graphql";
import { Actual } from "./actual.ts";
import type { CostedSet, Variables } from "./compile.ts";
import { compileCost } from "./compile.ts";
import { readCostDirectives } from "./directives.ts";
import { Requested } from "./requested.ts";
import { costRules } from "./rules.ts";

/**
 * What operations cost, by the cost directives (IBM's specification, and Federation's of the same names). One number
 * holds both of its costs: each object weighs one and each mutation ten, unless `@cost` says otherwise, and to that
 * comes what `@cost` says of fields and arguments, each time that they are asked. Valid documents only.
 */
export interface CostModel {
  /**
   * The most that an operation can cost: lists as long as they may be, of whatever type costs most. Throws where a
   * `@listSize` requires one argument that says a length, and there is none or another.
   */
  requestedCost(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables?: Variables,
  ): number;
  /**
   * What it did cost, by the data of its answer. An object whose type can be told neither by a `__typename` nor by
   * its keys counts as the dearest that it may be.
   */
  actualCost(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | undefined,
    data: Readonly<Record<string, unknown>> | null | undefined,
  ): number;
}

/** An operation, compiled, and the defaults of its variables. */
interface Compiled {
  readonly root: CostedSet;
  readonly defaults: Variables;
}

/** Makes the cost model of a schema, by the directives in its text: a supergraph's, or a schema's own. */
export function createCostModel(schema: GraphQLSchema, sdl: string): CostModel {
  const tools = { schema, rules: costRules(schema, readCostDirectives(sdl)) };
  // An operation is compiled once for as long as its document is kept.
  const known = new WeakMap<OperationDefinitionNode, Compiled | null>();

  const compiled = (document: DocumentNode, operationName: string | null | undefined) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    let cost = known.get(operation);
    if (cost === undefined) {
      const root = compileCost(tools, document, operation);
      known.set(operation, (cost = root && { root, defaults: defaultsOf(operation) }));
    }
    return cost;
  };

  return {
    requestedCost(document, operationName, variables = {}) {
      const cost = compiled(document, operationName);
      return cost ? new Requested({ ...cost.defaults, ...variables }).ofSet(cost.root) : 0;
    },
    actualCost(document, operationName, variables = {}, data) {
      const cost = data ? compiled(document, operationName) : null;
      return cost ? new Actual({ ...cost.defaults, ...variables }).ofObject(cost.root, data!) : 0;
    },
  };
}

/** The defaults of an operation's variables. */
export function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
  }
  return defaults;
}
