import type { ConstDirectiveNode, DefinitionNode } from "graphql";
import { Kind, valueFromASTUntyped } from "graphql";

/** A feature that a supergraph says it uses. */
export interface Link {
  readonly url: string;
  /** The feature's name, as its address has it. */
  readonly feature: string;
  /** Whether answers are only right, or safe, where somebody sees to it. */
  readonly isNeeded: boolean;
  /** What its own names begin with here, before two underscores. */
  readonly namespace: string;
  /** The names under which its directive of its own name may stand. */
  readonly names: readonly string[];
}

/** Whether a feature says who may see what, in a version that this gateway sees to. */
export const isAccess = ({ url }: Link): boolean =>
  /^https?:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\/v0\.\d+\/?$/.test(url);

/** The features that a supergraph links, by the names that it gives them. */
export function linksIn(definitions: readonly DefinitionNode[]): Link[] {
  return definitions.flatMap((definition) => {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) return [];
    return (definition.directives ?? []).flatMap((directive) => {
      if (directive.name.value !== "link") return [];
      const { url: address, as, for: purpose, import: imported = [] } = argumentsOf(directive);
      if (typeof address !== "string") return [];
      const feature = /([^/]+)\/v[^/]*\/?$/.exec(address)?.[1] ?? address;
      const namespace = typeof as === "string" ? as : feature;
      const names = [namespace, `${namespace}__${feature}`];
      for (const entry of imported as readonly (string | { name: string; as?: string })[]) {
        const { name, as: alias = name } = typeof entry === "string" ? { name: entry } : entry;
        if (name === `@${feature}`) names.push(alias.slice(1));
      }
      return [{ url: address, feature, isNeeded: purpose != null, namespace, names }];
    });
  });
}

/** The arguments of a directive as plain values. */
export const argumentsOf = ({ arguments: given }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
