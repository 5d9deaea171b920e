import type {
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from "@graphql-hive/router-query-planner";
import { parse, print } from "graphql";
import { withNumbers } from "../json.ts";

/** A plan as a person reads it: what is fetched from where, in which order, and what each fetch is told. */
export function explainPlan(plan: QueryPlan | null): string {
  if (!plan?.node) return "Nothing is fetched: the schema itself answers.\n";
  return `${linesOf(plan.node).join("\n")}\n`;
}

function linesOf(node: PlanNode, at = ""): string[] {
  switch (node.kind) {
    case "Sequence":
      return block(
        "One after the other",
        node.nodes.map((each) => linesOf(each)),
      );
    case "Parallel":
      return block(
        "At once",
        node.nodes.map((each) => linesOf(each)),
      );
    case "Flatten":
      return linesOf(node.node, pathText(node.path));
    case "Condition":
      return [
        ...(node.ifClause ? block(`If $${node.condition}`, [linesOf(node.ifClause)]) : []),
        ...(node.elseClause ? block(`Unless $${node.condition}`, [linesOf(node.elseClause)]) : []),
      ];
    case "Fetch":
      return fetchLines(node.serviceName, node.operation, node.requires ? [[at, node.requires]] : []);
    case "BatchFetch":
      return fetchLines(
        node.serviceName,
        node.operation,
        node.entityBatch.aliases.map(({ paths, requires }) => [paths.map(pathText).join(" and "), requires]),
      );
    case "Subscription":
      return block("For each event", [linesOf(node.primary)]);
    case "Defer":
      return ["(deferred)"];
  }
}

function fetchLines(
  subgraph: string,
  operation: string,
  entities: readonly (readonly [at: string, requires: readonly RequiresSelection[]])[],
): string[] {
  const needs = entities.map(([at, requires]) => [`for each ${at}, by ${requiresText(requires)}`]);
  return block(`Ask ${subgraph}`, [
    ...needs,
    print(parse(withNumbers(operation), { noLocation: true })).split("\n"),
  ]);
}

const block = (title: string, parts: readonly (readonly string[])[]) => [
  title,
  ...parts.flatMap((lines) => lines.map((line) => `  ${line}`)),
];

function pathText(path: readonly FlattenNodePathSegment[]): string {
  return path
    .map((segment) => {
      if (segment === "@") return "[]";
      return "Field" in segment ? `.${segment.Field}` : `<${segment.TypeCondition.join("|")}>`;
    })
    .join("")
    .replace(/^\./, "");
}

function requiresText(selections: readonly RequiresSelection[]): string {
  const parts = selections.flatMap((selection) => {
    if (selection.kind === "InlineFragment")
      return [`${selection.typeCondition} ${requiresText(selection.selections)}`];
    if (selection.kind === "FragmentSpread" || selection.name === "__typename") return [];
    return [
      selection.selections ? `${selection.name} ${requiresText(selection.selections)}` : selection.name,
    ];
  });
  return `{ ${parts.join(", ")} }`;
}
