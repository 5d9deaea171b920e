import type { ConstDirectiveNode, DefinitionNode } from "graphql";
import { Kind, valueFromASTUntyped } from "graphql";

/** A feature (a schema specification) that a supergraph links, known by its address and never by its local name. */
export interface Link {
  /** The address as the supergraph has it. */
  readonly url: string;
  /** The last part of the address before the version: `inaccessible` of `https://specs.apollo.dev/inaccessible/v0.2`. */
  readonly feature: string;
  /** The version in the address, such as `v0.2`; empty when it has none. */
  readonly version: string;
  /** Whether it is one of Apollo's specifications, which Federation is made of; others may have the same names. */
  readonly isOfFederation: boolean;
  /** Whether the supergraph says (`for: SECURITY` or `EXECUTION`) that nobody may serve it without this feature. */
  readonly isNeeded: boolean;
  /** The prefix of its elements here, before two underscores. */
  readonly namespace: string;
  /** The local names of elements that are imported: `@cost` as `@price`. */
  readonly imported: ReadonlyMap<string, string>;
}

/** The features of Federation that say who may see what, in the versions that this gateway enforces. */
const ACCESS = new Set(["authenticated v0.1", "requiresScopes v0.1", "policy v0.1"]);

/** Whether a feature says who may see what, in a version that this gateway enforces. */
export const isAccess = ({ isOfFederation, feature, version }: Link): boolean =>
  isOfFederation && ACCESS.has(`${feature} ${version}`);

/** The names without `@` under which a feature's directive may be used: imported, by its namespace, or both. */
export function directiveNames({ feature, namespace, imported }: Link, directive = feature): string[] {
  const names = [directive === feature ? namespace : `${namespace}__${directive}`];
  if (directive === feature) names.push(`${namespace}__${feature}`);
  const local = imported.get(`@${directive}`);
  return local?.startsWith("@") ? [local.slice(1), ...names] : names;
}

/** The directives that link features when nothing says that they have other names: `@core` is the older one. */
const LINKING = ["link", "core"];

/** The features that a supergraph links, by `@link(url:)` or `@core(feature:)` under whatever name. */
export function linksIn(definitions: readonly DefinitionNode[]): Link[] {
  const applied = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
  const links = applied.flatMap((directive) => {
    const link = linkOf(argumentsOf(directive));
    return link ? [{ link, by: directive.name.value }] : [];
  });
  const names = new Set(LINKING);
  for (const { link, by } of links) {
    // A schema that gives `@link` another name says so by linking the specification of links under that name.
    const isOfLinks = link.isOfFederation && LINKING.includes(link.feature);
    if (isOfLinks && directiveNames(link).includes(by)) names.add(by);
  }
  return links.flatMap(({ link, by }) => (names.has(by) ? [link] : []));
}

interface Import {
  readonly name?: unknown;
  readonly as?: unknown;
}

function linkOf(given: Record<string, unknown>): Link | undefined {
  const { url: address = given["feature"], as, for: purpose, import: imports } = given;
  if (typeof address !== "string") return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const parts = (url?.pathname ?? address).split("/").filter(Boolean);
  const version = /^v\d+(\.\d+)?$/.test(parts.at(-1) ?? "") ? parts.pop()! : "";
  const feature = parts.at(-1) ?? address;
  const imported = new Map<string, string>();
  // By the rules of lists, one import may stand for a list of one.
  for (const entry of [imports ?? []].flat() as unknown[]) {
    const { name, as: local = name } = Object(typeof entry === "string" ? { name: entry } : entry) as Import;
    if (typeof name === "string") imported.set(name, String(local));
  }
  return {
    url: address,
    feature,
    version,
    isOfFederation: url?.hostname === "specs.apollo.dev" && parts.length === 1 && !url.port && !url.search,
    isNeeded: purpose != null,
    namespace: typeof as === "string" ? as : feature,
    imported,
  };
}

/** The arguments of a directive as plain values. */
export const argumentsOf = ({ arguments: given }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
