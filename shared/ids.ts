import { v7 } from "uuid";

/** The prefix of each type's ids: one string says what a thing is and routes `node(id)` to its owner. */
export const ID_PREFIXES = {
  Institution: "inst",
  Consortium: "cons",
  PartnerOrganization: "porg",
  Partnership: "pship",
  PartnershipIssue: "issue",
  Internship: "intern",
  MentoringProgram: "mentor",
  CodingCourse: "course",
  Cohort: "cohort",
  Indicator: "indic",
} as const;

/** A GraphQL type whose records have an id of their own. */
export type IdentifiedType = keyof typeof ID_PREFIXES;

/** Longest id there is: prefix, underscore, UUID. */
export const ID_LENGTH = 48;

const SHAPE = /^([a-z]{2,11})_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const TYPE_BY_PREFIX = new Map<string, IdentifiedType>(
  Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as IdentifiedType]),
);

/** A new id: the type's prefix and a UUIDv7, so that ids sort by the time they were made. */
export function newId(type: IdentifiedType): string {
  return `${ID_PREFIXES[type]}_${v7()}`;
}

/** The type an id belongs to, or null when it is not an id of ours. */
export function typeOfId(id: string): IdentifiedType | null {
  const match = SHAPE.exec(id);
  return (match && TYPE_BY_PREFIX.get(match[1]!)) ?? null;
}
