import { Column, Entity } from "typeorm";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";

export enum ActionItemStatus {
  OPEN = "OPEN",
  DONE = "DONE",
  CANCELED = "CANCELED",
}
registerEnumType(ActionItemStatus, {
  name: "ActionItemStatus",
  description: "Whether an action item is still to be done.",
});

@Entity("action_item")
@Directive('@key(fields: "id")')
@ObjectType("ActionItem", {
  description:
    "Work that a party of a partnership is to do by a day, often as an interaction decided. Only people of the partnership's parties see it.",
})
export class ActionItem extends PartnershipRecord {
  /** The interaction that decided on it; shown as `interaction`. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  interactionId!: string | null;

  @Column("varchar", { length: 500 })
  @Field(() => String, { description: "What is to be done." })
  description!: string;

  @Column("varchar", { length: 500 })
  descriptionKey!: string;

  @Column("varchar", { length: ID_LENGTH })
  @Field(() => ID, { description: "The party that is to do it." })
  ownerId!: string;

  @Column("date")
  @Field(() => DateScalar, { description: "The last day on which it is in time." })
  dueOn!: string;

  @Column("varchar", { length: 8 })
  @Field(() => ActionItemStatus, { description: "Whether it is still to be done." })
  status!: ActionItemStatus;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "The day on which it was done; null before." })
  completedOn!: string | null;
}

export const ActionItemConnection = connectionOf("ActionItem", () => ActionItem);
