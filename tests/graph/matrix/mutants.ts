import sql from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { DEFINITIONS } from "../../../gateway/embedded.ts";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { membershipPolicy } from "../../../subgraphs/institutions/consortium/membership.policy.ts";
import { contactsById } from "../../../subgraphs/partners/partner-organization/partner-organization.list.ts";
import { subjects } from "../../../subgraphs/metrics/subject/subject.list.ts";

/** A rule of who sees what, and how to take it away; what takes it away answers with how to put it back. */
export interface Mutant {
  /** As in `Partnership` for its rows, or `Figure.raw` for what is guarded of them. */
  readonly rule: string;
  /** The GraphQL type that the rule is about: only paths that reach it can tell something else without the rule. */
  readonly type: string;
  readonly remove: () => () => void;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Everybody sees everything: what is left of a rule that was taken away. */
const ALL = (): Sql => sql`1 = 1`;

function mutant<T extends object, K extends keyof T>(rule: string, owner: T, key: K, value: T[K]): Mutant {
  const [type] = rule.split(/[ .]/) as [string];
  return {
    rule,
    type: TYPES_OF_RULES[type] ?? type,
    remove() {
      const kept = owner[key];
      (owner as Writable<T>)[key] = value;
      return () => void ((owner as Writable<T>)[key] = kept);
    },
  };
}

/** Sources that no type has: only by others are their rows read. */
const WITHOUT_TYPE: Readonly<Record<string, RecordSource>> = {
  Subject: subjects,
  "Contact by its id": contactsById,
};

/** The types whose records the rules of other names decide on. */
const TYPES_OF_RULES: Readonly<Record<string, string>> = {
  "Contact by its id": "Contact",
  Subject: "Figure",
  membershipPolicy: "Membership",
};

/** The rules of fields that no source has; each by the policy which its resolver asks. */
const POLICIES: Readonly<Record<string, "readInvitation" | "readTier">> = {
  "Membership.status": "readInvitation",
  "Membership.invitedOn": "readInvitation",
  "Membership.dataSharingTier": "readTier",
};

const TYPES = Object.values(DEFINITIONS).flatMap(({ visibility }) => Object.entries(visibility));

/** The fields of which a subgraph says that a policy decides. */
export const policyFields = (): string[] =>
  TYPES.flatMap(([type, { fields = {} }]) =>
    Object.entries(fields).flatMap(([field, said]) => (said === "POLICY" ? [`${type}.${field}`] : [])),
  );

/** The fields whose policy a mutant takes away. */
export const policyMutants = (): string[] => Object.keys(POLICIES);

/** Every rule there is that keeps something from somebody, computed from what the subgraphs say of their types. */
export function mutants(): Mutant[] {
  const sources = new Map<RecordSource, string>();
  for (const [type, { rows }] of TYPES) {
    if (typeof rows !== "string" && !sources.has(rows)) sources.set(rows, type);
  }
  for (const [name, source] of Object.entries(WITHOUT_TYPE)) sources.set(source, name);
  return [
    ...[...sources].flatMap(([source, type]) => [
      ...(isOpen(source) ? [] : [mutant(type, source, "visible", ALL)]),
      ...Object.entries(source.guarded ?? {})
        .filter(([, { isVisible }]) => isVisible(VISITOR).sql !== ALL().sql)
        .map(([property, guarded]) => mutant(`${type}.${property}`, guarded, "isVisible", ALL)),
    ]),
    ...[...new Set(Object.values(POLICIES))].map((policy) =>
      mutant(`membershipPolicy.${policy}`, membershipPolicy, policy, () => true),
    ),
  ];
}

/** Somebody with a part in something; who it is does not matter. */
const SOMEBODY: Viewer = {
  id: "somebody",
  kind: "PERSON",
  organisationIds: ["x"],
  consortia: [{ id: "x", roles: ["OPERATOR"] }],
};

/** Whether a source shows everybody the same, as one whose rule only hides what is not complete. */
function isOpen({ visible }: RecordSource): boolean {
  return visible(VISITOR).sql === visible(SOMEBODY).sql;
}
