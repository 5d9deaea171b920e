import type { DirectiveNode, DocumentNode, OperationDefinitionNode } from "graphql";
import { getOperationAST, Kind, visit } from "graphql";
import { LRUCache } from "lru-cache";
import { plannedText } from "./planned-text.ts";
import type { Planner } from "./planner.ts";

/** Most texts that are kept of one document: one for each operation and each outcome of its conditions. */
const TEXTS_KEPT = 64;

type Variables = Readonly<Record<string, unknown>>;

type Texts = LRUCache<string, { readonly text: string | null }>;

/** The texts of each document, by planner: another supergraph may need another text. */
const textsBy = new WeakMap<object, WeakMap<DocumentNode, Texts>>();

/** The variables on which the conditions of each document depend. */
const decidingIn = new WeakMap<DocumentNode, readonly string[]>();

/** What a text is made for: `keysOf` and the types of the planner's own supergraph. */
export type PlannedGraph = Pick<Planner, "apiSchema" | "unnamed" | "keysOf">;

/**
 * The text of an operation as the planner takes it: what `@skip` and `@include` leave, with keys that stand for one
 * thing each, and without what the schema itself answers. Null when nothing is left to ask a subgraph for. The keys
 * are those of the client's whole document, from which the answer is made, also where a part of it is planned.
 *
 * A plan made for several outcomes of the conditions asks for too little or for things that contradict each other;
 * one that is made for the outcome at hand does not have to know of conditions at all.
 */
export function sourceToPlan(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | undefined,
  planner: PlannedGraph,
  keys = planner.keysOf(document),
): string | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const texts = textsOf(document, planner);
  const values = valuesOf(operation, variables ?? {});
  const key = `${operation.name?.value} ${decidingVariables(document)
    .map((name) => Number(values(name)))
    .join("")}`;
  let source = texts.get(key);
  if (!source) {
    const text = plannedText(document, operation, { ...planner, keys, isLeftOut: leavingOut(values) });
    texts.set(key, (source = { text }));
  }
  return source.text;
}

function textsOf(document: DocumentNode, planner: PlannedGraph): Texts {
  let byDocument = textsBy.get(planner);
  if (!byDocument) textsBy.set(planner, (byDocument = new WeakMap<DocumentNode, Texts>()));
  let texts = byDocument.get(document);
  if (!texts) byDocument.set(document, (texts = new LRUCache({ max: TEXTS_KEPT })));
  return texts;
}

/** The variables on which `@skip` and `@include` depend, anywhere in a document. */
export function decidingVariables(document: DocumentNode): readonly string[] {
  let deciding = decidingIn.get(document);
  if (deciding) return deciding;
  const found = new Set<string>();
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.VARIABLE) found.add(condition.name.value);
    },
  });
  decidingIn.set(document, (deciding = [...found]));
  return deciding;
}

const conditionOf = ({ name, arguments: given }: DirectiveNode) =>
  name.value === "skip" || name.value === "include"
    ? given?.find((argument) => argument.name.value === "if")?.value
    : undefined;

/** Whether directives leave out what they stand at, for the given values of variables. */
const leavingOut =
  (isTrue: (variable: string) => boolean) =>
  (directives: readonly DirectiveNode[] = []): boolean =>
    directives.some((directive) => {
      const condition = conditionOf(directive);
      const leavesOut = directive.name.value === "skip";
      if (condition?.kind === Kind.BOOLEAN) return condition.value === leavesOut;
      return condition?.kind === Kind.VARIABLE && isTrue(condition.name.value) === leavesOut;
    });

/** What a variable decides: only `true` is yes; whatever else is no boolean has its error elsewhere. */
function valuesOf({ variableDefinitions }: OperationDefinitionNode, variables: Variables) {
  return (name: string): boolean => {
    if (Object.hasOwn(variables, name)) return variables[name] === true;
    const definition = variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN && definition.defaultValue.value;
  };
}
