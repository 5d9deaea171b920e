import type { DirectiveNode, DocumentNode, FieldNode, OperationDefinitionNode, SelectionNode } from "graphql";
import { getOperationAST, Kind, print, visit } from "graphql";
import { LRUCache } from "lru-cache";
import { fetchedKey } from "./aliases.ts";
import { withoutMetaFields } from "./introspection.ts";
import { KEEP_DIGITS } from "./kept-digits.ts";
import type { Planner } from "./planner.ts";

/** Most texts that are kept of one document: one for each operation and each outcome of its conditions. */
const TEXTS_KEPT = 64;

type Variables = Readonly<Record<string, unknown>>;

/** What is kept of a document: the variables that decide what is asked for, and the texts for their values. */
interface Sources {
  readonly deciding: readonly string[];
  readonly texts: LRUCache<string, { readonly text: string | null }>;
}

const known = new WeakMap<DocumentNode, Sources>();

/**
 * The text of an operation as the planner takes it: what `@skip` and `@include` leave, with aliases that cannot get
 * in a plan's way, and without what the schema itself answers. Null when nothing is left to ask a subgraph for.
 *
 * A plan made for several outcomes of the conditions asks for too little or for things that contradict each other;
 * one that is made for the outcome at hand does not have to know of conditions at all.
 */
export function sourceToPlan(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | undefined,
  { unnamed }: Pick<Planner, "unnamed">,
): string | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const sources = sourcesOf(document);
  const values = valuesOf(operation, variables ?? {});
  const key = `${operation.name?.value} ${sources.deciding.map((name) => Number(values(name))).join("")}`;
  let source = sources.texts.get(key);
  if (!source) sources.texts.set(key, (source = { text: textFor(document, operation, values, unnamed) }));
  return source.text;
}

/** The variables on which `@skip` and `@include` depend, anywhere in a document. */
export function decidingVariables(document: DocumentNode): readonly string[] {
  return sourcesOf(document).deciding;
}

function sourcesOf(document: DocumentNode): Sources {
  let sources = known.get(document);
  if (sources) return sources;
  const deciding = new Set<string>();
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.VARIABLE) deciding.add(condition.name.value);
    },
  });
  sources = { deciding: [...deciding], texts: new LRUCache({ max: TEXTS_KEPT }) };
  known.set(document, sources);
  return sources;
}

const conditionOf = ({ name, arguments: given }: DirectiveNode) =>
  name.value === "skip" || name.value === "include"
    ? given?.find((argument) => argument.name.value === "if")?.value
    : undefined;

/** What a variable decides: only `true` is yes; whatever else is no boolean has its error elsewhere. */
function valuesOf({ variableDefinitions }: OperationDefinitionNode, variables: Variables) {
  return (name: string): boolean => {
    if (Object.hasOwn(variables, name)) return variables[name] === true;
    const definition = variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN && definition.defaultValue.value;
  };
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

function textFor(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  isTrue: (variable: string) => boolean,
  unnamed: ReadonlySet<string>,
): string | null {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const isOfUnnamed = (selection: SelectionNode) => {
    if (selection.kind === Kind.FIELD) return false;
    const of = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    return unnamed.has(of?.typeCondition?.name.value ?? "");
  };
  const isLeftOut = (directives: readonly DirectiveNode[] = []) =>
    directives.some((directive) => {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.BOOLEAN) return condition.value === (directive.name.value === "skip");
      return condition?.kind === Kind.VARIABLE
        ? isTrue(condition.name.value) === (directive.name.value === "skip")
        : false;
    });
  const selection = {
    enter: ({ directives }: { readonly directives?: readonly DirectiveNode[] }) =>
      isLeftOut(directives) ? null : undefined,
  };
  const asked = visit(document, {
    OperationDefinition: (each) => (each === operation ? undefined : null),
    Directive: (directive) => (conditionOf(directive) ? null : undefined),
    ...KEEP_DIGITS,
    InlineFragment: selection,
    FragmentSpread: selection,
    Field: {
      ...selection,
      leave({ name, alias, ...field }) {
        const key = fetchedKey(name.value, alias?.value);
        return { ...field, name, ...(key === name.value ? {} : { alias: { ...name, value: key } }) };
      },
    },
    SelectionSet: {
      leave({ selections, ...set }) {
        // Nothing may be left below a field whose own value is asked for. And where a type decides that only its
        // owner knows, the plan has to ask for it: by itself the planner leaves out what depends on it.
        const isNameNeeded = selections.length === 0 || selections.some(isOfUnnamed);
        return isNameNeeded ? { ...set, selections: [TYPENAME, ...selections] } : undefined;
      },
    },
  });
  const left = withoutMetaFields(asked);
  return left && print(left);
}
