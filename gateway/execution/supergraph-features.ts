import type { ArgumentNode, DefinitionNode, DocumentNode, NameNode } from "graphql";
import { Kind, parse, print, visit } from "graphql";
import type { Link } from "./links.ts";
import { directiveNames } from "./links.ts";

/** Features of Federation whose absence would make answers wrong or unsafe, in the versions that are enforced. */
const ENFORCED: Readonly<Record<string, readonly string[]>> = {
  join: ["v0.2", "v0.3", "v0.4", "v0.5"],
  inaccessible: ["v0.1", "v0.2"],
  authenticated: ["v0.1"],
  requiresScopes: ["v0.1"],
  policy: ["v0.1"],
};

/** Features of Federation that ask nothing of a gateway: descriptions, hints, and the way to link features. */
const HARMLESS = new Set(["link", "core", "tag", "cost", "cacheTag"]);

/**
 * A supergraph says which features have to be implemented for its answers to be right, or safe. Features are told
 * apart by their whole addresses: the same name at another address, or in an unknown version, may mean anything, and
 * access rules that nobody applies would be worse than none.
 */
export function refuseUnknownFeatures(links: readonly Link[]): void {
  for (const { isOfFederation, isNeeded, feature, version, url } of links) {
    const versions = isOfFederation ? ENFORCED[feature] : undefined;
    if (versions?.includes(version)) continue;
    if (!versions && (!isNeeded || (isOfFederation && HARMLESS.has(feature)))) continue;
    const known = versions ? `; of ${feature} it does ${versions.join(", ")}` : "";
    throw new Error(`it depends on ${feature} (${url}), which this gateway does not do${known}.`);
  }
}

/**
 * The supergraph as the native planner takes it. It knows `@inaccessible` and the directives of `join` by their usual
 * names alone, fails on a `@provides` that names `__typename`, and takes no extension of the schema definition.
 */
export function plannable(supergraph: DocumentNode, links: readonly Link[]): string {
  const usual = usualNames(links);
  const asUsual = <T extends { readonly name: NameNode }>(node: T, usually: string): T | undefined =>
    usually === node.name.value ? undefined : { ...node, name: { ...node.name, value: usually } };
  const renamed = visit(supergraph, {
    Directive: (node) => {
      const name = usual.directive(node.name.value);
      return name === null ? null : asUsual(node, name);
    },
    DirectiveDefinition: (node) => {
      const name = usual.directive(node.name.value);
      return name === null ? null : asUsual(node, name);
    },
    NamedType: (node) => asUsual(node, usual.type(node.name.value)),
    EnumTypeDefinition: (node) => asUsual(node, usual.type(node.name.value)),
    Argument: (node) => (node.name.value === "provides" ? withoutTypenames(node) : undefined),
  });
  return print(withOneSchema(renamed));
}

/** The usual names of the elements that the planner has to know; null for somebody else's under such a name. */
function usualNames(links: readonly Link[]) {
  const inaccessible = linkedAs(links, "inaccessible").flatMap((link) => directiveNames(link));
  const strangers = links
    .filter(({ isOfFederation }) => !isOfFederation)
    .flatMap(({ imported, namespace }) => [
      namespace,
      ...[...imported.values()].map((name) => name.replace("@", "")),
    ]);
  const isStrange = inaccessible.length > 0 || strangers.includes("inaccessible");
  const joined = (name: string, prefix: "@" | ""): string => {
    for (const { namespace, imported } of linkedAs(links, "join")) {
      for (const [element, local] of imported) {
        if (local === prefix + name) return `join__${element.replace("@", "")}`;
      }
      if (name.startsWith(`${namespace}__`)) return `join${name.slice(namespace.length)}`;
    }
    return name;
  };
  return {
    directive(name: string): string | null {
      if (inaccessible.includes(name)) return "inaccessible";
      return name === "inaccessible" && isStrange ? null : joined(name, "@");
    },
    type: (name: string) => joined(name, ""),
  };
}

const linkedAs = (links: readonly Link[], feature: string) =>
  links.filter((link) => link.isOfFederation && link.feature === feature);

/** What a field provides without `__typename`, which every object has anyway; null when nothing is left. */
function withoutTypenames(argument: ArgumentNode): ArgumentNode | null | undefined {
  const { value } = argument;
  if (value.kind !== Kind.STRING || !value.value.includes("__typename")) return undefined;
  const left = provided(value.value);
  return left === null ? null : { ...argument, value: { ...value, value: left } };
}

/** A field set without `__typename`, and without what would be empty then; null when nothing is left of it. */
function provided(fields: string): string | null {
  const left = visit(parse(`{ ${fields} }`, { noLocation: true }), {
    Field: {
      leave: ({ name, selectionSet }) =>
        name.value === "__typename" || selectionSet?.selections.length === 0 ? null : undefined,
    },
    InlineFragment: {
      leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
    },
  });
  const [operation] = left.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.selectionSet.selections.length === 0)
    return null;
  return operation.selectionSet.selections.map((each) => print(each)).join(" ");
}

/** The document with what extends the schema definition inside of it. */
function withOneSchema(document: DocumentNode): DocumentNode {
  const extensions = document.definitions.filter((each) => each.kind === Kind.SCHEMA_EXTENSION);
  if (extensions.length === 0) return document;
  const directives = extensions.flatMap((each) => each.directives ?? []);
  const operationTypes = extensions.flatMap((each) => each.operationTypes ?? []);
  return {
    ...document,
    definitions: document.definitions.flatMap((each): DefinitionNode[] => {
      if (each.kind === Kind.SCHEMA_EXTENSION) return [];
      if (each.kind !== Kind.SCHEMA_DEFINITION) return [each];
      return [
        {
          ...each,
          directives: [...(each.directives ?? []), ...directives],
          operationTypes: [...each.operationTypes, ...operationTypes],
        },
      ];
    }),
  };
}

/** What clients see: without the directives and types of the features that the supergraph links. */
export function withoutFeatures(document: DocumentNode, links: readonly Link[]): DocumentNode {
  const isOfFeature = (name: string) =>
    links.some(
      ({ namespace, imported }) =>
        name === `@${namespace}` ||
        name.replace("@", "").startsWith(`${namespace}__`) ||
        [...imported.values()].includes(name),
    );
  const isHidden = (definition: DefinitionNode) => {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) return isOfFeature(`@${definition.name.value}`);
    return "name" in definition && definition.name !== undefined && isOfFeature(definition.name.value);
  };
  let hidden = document.definitions.filter(isHidden);
  // A type of a feature that a visible field or argument has is visible itself.
  for (;;) {
    const used = new Set<string>();
    for (const each of document.definitions) {
      if (!hidden.includes(each)) visit(each, { NamedType: ({ name }) => void used.add(name.value) });
    }
    const left = hidden.filter((each) => !("name" in each && used.has(each.name?.value ?? "")));
    if (left.length === hidden.length) break;
    hidden = left;
  }
  return { ...document, definitions: document.definitions.filter((each) => !hidden.includes(each)) };
}
