import { Directive, Field, ID, InterfaceType, ObjectType } from "type-graphql";
import type { ClassType } from "type-graphql";
import type { IdentifiedType } from "../../../shared/ids.ts";
import { typeOfId } from "../../../shared/ids.ts";

@InterfaceType("Node", { description: "A record that has an id of its own." })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}

/** The platform's own types of records; the others belong to the subgraphs. */
export type OwnType = "Person" | "RoleGrant" | "ApiKey" | "AuditEntry";

/** A type whose records are another subgraph's. */
export type ForeignType = Exclude<IdentifiedType, OwnType>;

/** The subgraph that owns each type, and so decides whether a record exists for a viewer. */
export const OWNERS: Readonly<Record<ForeignType, string>> = {
  Institution: "institutions",
  Consortium: "institutions",
  Membership: "institutions",
  PartnerOrganization: "partners",
  Partnership: "partners",
  PartnershipIssue: "partners",
  Agreement: "partners",
  Interaction: "partners",
  ActionItem: "partners",
  Feedback: "partners",
  Contribution: "partners",
  Benefit: "partners",
  ExchangeRate: "partners",
  PartnershipParty: "partners",
  Contact: "partners",
  Internship: "programs",
  MentoringProgram: "programs",
  CodingCourse: "programs",
  Cohort: "programs",
  Indicator: "metrics",
  Figure: "metrics",
  Period: "metrics",
  StudentGroup: "metrics",
};

/** A record of another subgraph, of which the platform knows the id. */
export interface NodeStub {
  readonly __typename: ForeignType;
  readonly id: string;
}

/** The type of each record as the platform knows it: by its key only. */
export const nodeTypes = Object.fromEntries(
  (Object.keys(OWNERS) as ForeignType[]).map((name) => {
    class Stub extends Node {}
    ObjectType(name, { implements: Node })(Stub);
    Directive('@key(fields: "id", resolvable: false)')(Stub);
    return [name, Stub];
  }),
) as Record<ForeignType, ClassType<Node>>;

/** The record of another subgraph with an id; null where none can have it. */
export function nodeStub(id: string | null): NodeStub | null {
  const type = id === null ? null : typeOfId(id);
  return type && type in OWNERS ? { __typename: type as ForeignType, id: id! } : null;
}
