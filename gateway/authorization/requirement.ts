import type { Caller } from "../identity/caller.ts";

/** Names of which all are needed, in lists of which one is enough. */
export type Alternatives = readonly (readonly string[])[];

/** What one directive of a supergraph demands of a caller. The same demand is the same object wherever it stands. */
export type Requirement =
  | { readonly kind: "authenticated" }
  | { readonly kind: "scopes" | "policies"; readonly alternatives: Alternatives };

/**
 * Tells which of some policies hold for whoever has called. What a policy means is for the operator to say, or for
 * the issuer of the caller's token; where neither says anything, none holds.
 */
export type PolicyCheck = (
  caller: Caller,
  names: readonly string[],
) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** The policies that some requirements speak of. */
export function policiesIn(requirements: Iterable<Requirement>): string[] {
  const names = new Set<string>();
  for (const requirement of requirements) {
    if (requirement.kind !== "policies") continue;
    for (const name of requirement.alternatives.flat()) names.add(name);
  }
  return [...names];
}

/** What meets requirements: whether somebody has signed in at all, their scopes, the policies that hold for them. */
export interface Grants {
  readonly isAuthenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
}

/** What a caller has been granted, beside the policies that hold. */
export function grantsOf({ viewer, scopes }: Caller, policies: ReadonlySet<string>): Grants {
  return { isAuthenticated: viewer.kind !== "VISITOR", scopes: new Set(scopes), policies };
}

/** Whether a requirement is met; a list of no alternatives is met by nobody. */
export function isMet(requirement: Requirement, { isAuthenticated, scopes, policies }: Grants): boolean {
  if (requirement.kind === "authenticated") return isAuthenticated;
  const granted = requirement.kind === "scopes" ? scopes : policies;
  return requirement.alternatives.some((all) => all.every((name) => granted.has(name)));
}

/** The alternatives that meet both of two demands, none of them longer than it has to be; as composition has it. */
export function bothOf(some: Alternatives, others: Alternatives): Alternatives {
  const pairs = some.flatMap((a) => others.map((b) => [...new Set([...a, ...b])].sort()));
  pairs.sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  const shortest: string[][] = [];
  for (const pair of pairs) {
    if (!shortest.some((known) => known.every((name) => pair.includes(name)))) shortest.push(pair);
  }
  return shortest;
}
