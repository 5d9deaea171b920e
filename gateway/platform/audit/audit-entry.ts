import { Column, Entity, PrimaryColumn } from "typeorm";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import type { AuditAction } from "../../../shared/auth/audit.ts";
import { AUDIT_ACTIONS } from "../../../shared/auth/audit.ts";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateTimeScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Node } from "../node/node.ts";

export const AuditActionEnum = Object.fromEntries(AUDIT_ACTIONS.map((action) => [action, action])) as Record<
  AuditAction,
  AuditAction
>;
registerEnumType(AuditActionEnum, {
  name: "AuditAction",
  description: "What is written to the audit log; a closed list.",
});

export enum ActorKind {
  VISITOR = "VISITOR",
  PERSON = "PERSON",
  SERVICE = "SERVICE",
  CONSOLE = "CONSOLE",
}
registerEnumType(ActorKind, {
  name: "ActorKind",
  description: "What kind of actor it was; CONSOLE is an operator at the command line.",
});

@Entity("audit_entry")
@ObjectType("AuditEntry", {
  implements: Node,
  description: "Something that somebody did or was refused; it is never changed.",
})
export class AuditEntry extends Node {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  override id!: string;

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "When it was." })
  at!: string;

  @Column("varchar", { length: 32 })
  @Field(() => AuditActionEnum, { description: "What was done." })
  action!: AuditAction;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "The person or the service's key; null for visitors and at the console.",
  })
  actorId!: string | null;

  @Column("varchar", { length: 8 })
  @Field(() => ActorKind, { description: "What kind of actor it was." })
  actorKind!: ActorKind;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "The API key that was used, or else the person; null where that isn't known.",
  })
  credentialId!: string | null;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  organisationId!: string | null;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  consortiumId!: string | null;

  @Column("varchar", { length: 200, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "What it was about: the id of a person, key or record, or a field; null when of nothing.",
  })
  subject!: string | null;

  @Column("varchar", { length: 64, nullable: true })
  @Field(() => String, { nullable: true, description: "The request; null where it isn't known." })
  requestId!: string | null;

  /** What else there is to know; shown as `details`. */
  @Column("simple-json")
  detail!: Readonly<Record<string, string | number | null>>;
}

@ObjectType("AuditDetail", { description: "Something else that is known of an entry." })
export class AuditDetail {
  @Field(() => String, { description: "What it is, such as `role`." })
  name!: string;

  @Field(() => String, { nullable: true, description: "Its value as text; null where there was none." })
  value!: string | null;
}

export const AuditEntryConnection = connectionOf("AuditEntry", () => AuditEntry);
