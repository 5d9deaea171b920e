import { v5, v7 } from "uuid";

/** The prefix of each type's ids: one string says what a thing is and routes `node(id)` to its owner. */
export const ID_PREFIXES = {
  Institution: "inst",
  Consortium: "cons",
  PartnerOrganization: "porg",
  Partnership: "pship",
  PartnershipIssue: "issue",
  Agreement: "agreement",
  Internship: "intern",
  MentoringProgram: "mentor",
  CodingCourse: "course",
  Cohort: "cohort",
  Indicator: "indic",
  Membership: "memb",
  PartnershipParty: "party",
  Contact: "contact",
  Figure: "figure",
  Period: "period",
  StudentGroup: "group",
  Person: "person",
  RoleGrant: "grant",
  ApiKey: "key",
  AuditEntry: "audit",
  Interaction: "interaction",
  ActionItem: "action",
  Feedback: "feedback",
  Contribution: "contrib",
  Benefit: "benefit",
  ExchangeRate: "rate",
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

/** The namespace of ids that are made of names. */
const NAMESPACE = "6f1d3c52-8f0b-5c5e-9d0a-1f4e6a2b7c90";

/** The id that a record always has by what it is known by, as for records that had none before. */
export function derivedId(type: IdentifiedType, ...names: readonly string[]): string {
  return `${ID_PREFIXES[type]}_${v5(JSON.stringify([type, ...names]), NAMESPACE)}`;
}

/** Bytes of a UUID. */
export const UUID_BYTES = 16;

/** The id whose UUID has these 16 bytes. */
export function idOfBytes(type: IdentifiedType, bytes: Buffer): string {
  const uuid = bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return `${ID_PREFIXES[type]}_${uuid}`;
}

/** The 16 bytes of the UUID of an id. */
export function bytesOfId(id: string): Buffer {
  return Buffer.from(id.slice(id.indexOf("_")).replace(/[-_]/g, ""), "hex");
}

/** The type an id belongs to, or null when it is not an id of ours. */
export function typeOfId(id: string): IdentifiedType | null {
  const match = SHAPE.exec(id);
  return (match && TYPE_BY_PREFIX.get(match[1]!)) ?? null;
}
