import { Column, Entity } from "typeorm";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";

export enum IssueCategory {
  GOAL_MISALIGNMENT = "GOAL_MISALIGNMENT",
  CULTURE = "CULTURE",
  RESOURCE = "RESOURCE",
  LEGAL = "LEGAL",
  COMMUNICATION = "COMMUNICATION",
  PERSONNEL = "PERSONNEL",
}
registerEnumType(IssueCategory, {
  name: "IssueCategory",
  description: "What kind of trouble a partnership has.",
});

export enum IssueSeverity {
  LOW = "LOW",
  MEDIUM = "MEDIUM",
  HIGH = "HIGH",
  CRITICAL = "CRITICAL",
}
registerEnumType(IssueSeverity, {
  name: "IssueSeverity",
  description: "How much an issue endangers a partnership.",
});

export enum IssueStatus {
  OPEN = "OPEN",
  MITIGATING = "MITIGATING",
  RESOLVED = "RESOLVED",
}
registerEnumType(IssueStatus, { name: "IssueStatus", description: "Where the work on an issue stands." });

@Entity("partnership_issue")
@Directive('@key(fields: "id")')
@ObjectType("PartnershipIssue", {
  description:
    "Trouble that a partnership has, and what is done about it. Only people of its parties see it.",
})
export class PartnershipIssue extends PartnershipRecord {
  @Column("varchar", { length: 24 })
  @Field(() => IssueCategory, { description: "What kind of trouble it is." })
  category!: IssueCategory;

  @Column("varchar", { length: 8 })
  @Field(() => IssueSeverity, { description: "How much it endangers the partnership." })
  severity!: IssueSeverity;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "The issue in one line." })
  title!: string;

  @Column("varchar", { length: 200 })
  titleKey!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "More about it; null when not said." })
  description!: string | null;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  @Field(() => ID, { nullable: true, description: "The party that takes care of it; null when not said." })
  ownerId!: string | null;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What is done about it; null while nothing is." })
  mitigation!: string | null;

  @Column("varchar", { length: 12 })
  @Field(() => IssueStatus, { description: "Where the work on it stands." })
  status!: IssueStatus;

  @Column("date")
  @Field(() => DateScalar, { description: "The day on which it was raised." })
  raisedOn!: string;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "The day on which it was resolved; null before." })
  resolvedOn!: string | null;
}

export const PartnershipIssueConnection = connectionOf("PartnershipIssue", () => PartnershipIssue);
