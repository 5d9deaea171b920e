import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar, DateTimeScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";
import { AgreementKind } from "./agreement.enums.ts";
import { AgreementDocument, AgreementSection } from "./terms.ts";

const HASH_LENGTH = 64;
const ONLY_PARTIES = "Only people of the partnership's parties see them; null for others.";

/** A party's approval as it is kept: the latest one of each party. */
export interface KeptApproval {
  readonly partyId: string;
  /** The version that it approved. */
  readonly number: number;
  readonly termsHash: string;
  readonly approvedAt: string;
}

@Entity("agreement")
@Directive('@key(fields: "id")')
@ObjectType("Agreement", {
  description:
    "An agreement of a partnership's signatory parties. Its terms are those of the version in force, that is the last one that all signatory parties have approved; before there is one, those of the latest draft. It is never deleted.",
})
export class Agreement extends PartnershipRecord {
  @Column("varchar", { length: 16 })
  @Field(() => AgreementKind, { description: "What kind of agreement it is." })
  kind!: AgreementKind;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "Its title." })
  title!: string;

  @Column("varchar", { length: 200 })
  titleKey!: string;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "Its first day; null for the day on which all have approved it.",
  })
  effectiveOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Its last day; null for an open end." })
  expiresOn!: string | null;

  @Column("int", { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: "Days before its last day by which notice has to be given; null where none are agreed.",
  })
  noticeDays!: number | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day by which notice has to be given, `expiresOn` − `noticeDays`; null without either.",
  })
  noticeOn!: string | null;

  @Column("boolean")
  @Field(() => Boolean, {
    description:
      "Whether it goes on after its last day unless a party has terminated it; it does not expire then.",
  })
  autoRenew!: boolean;

  @Column("simple-json")
  @Field(() => [AgreementSection], {
    nullable: true,
    description: `The sections of its terms, in order. ${ONLY_PARTIES}`,
  })
  sections!: AgreementSection[];

  @Column("simple-json")
  @Field(() => [AgreementDocument], {
    nullable: true,
    description: `The documents that belong to its terms, in order. ${ONLY_PARTIES}`,
  })
  documents!: AgreementDocument[];

  @Column("int")
  @Field(() => Int, { description: "The number of the version whose terms are shown." })
  number!: number;

  @Column("varchar", { length: HASH_LENGTH })
  @Field(() => String, {
    description:
      "SHA-256 of the canonical form (RFC 8785) of the terms shown: kind, title, effectiveOn, expiresOn, noticeDays, autoRenew, sections and documents.",
  })
  termsHash!: string;

  @Column("int")
  @Field(() => Int, {
    description: "The number of the latest version; greater than `number` while a revision awaits approval.",
  })
  latestNumber!: number;

  @Column("varchar", { length: HASH_LENGTH })
  @Field(() => String, {
    description: "The hash of the latest version's terms: the one that `approveAgreement` names.",
  })
  latestTermsHash!: string;

  /** Shown as a list by its resolver. */
  @Column("simple-json")
  approvals!: KeptApproval[];

  @Column("boolean")
  @Field(() => Boolean, { description: "Whether a party has still to approve the latest version." })
  isAwaitingApproval!: boolean;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day on which all parties had approved the version in force; null for drafts.",
  })
  approvedOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day on which it was terminated; null where it was not.",
  })
  terminatedOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description:
      "The day from which the agreement that renews it takes its place; null while none is approved.",
  })
  supersededOn!: string | null;

  /** The agreement that this one renews; shown by its resolver. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  predecessorId!: string | null;
}

@Entity("agreement_version")
@ObjectType("AgreementVersion", {
  description:
    "A version of an agreement's terms, which never changes. Only people of the partnership's parties see it.",
})
export class AgreementVersion {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  agreementId!: string;

  @PrimaryColumn("int")
  @Field(() => Int, { description: "Its number; an agreement's first version has 1." })
  number!: number;

  @Column("varchar", { length: HASH_LENGTH })
  @Field(() => String, { description: "SHA-256 of `canonicalTerms` in UTF-8, as 64 hexadecimal digits." })
  termsHash!: string;

  @Column("text")
  @Field(() => String, { description: "All its terms as canonical JSON (RFC 8785)." })
  canonicalTerms!: string;

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "When it was made." })
  draftedAt!: string;

  @Column("varchar", { length: 64, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "The person or service that made it; null for versions that were loaded.",
  })
  draftedBy!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day on which all signatory parties had approved it; null where they have not.",
  })
  approvedOn!: string | null;
}

@ObjectType("AgreementApproval", { description: "A party's latest approval of an agreement." })
export class AgreementApproval {
  @Field(() => Int, { description: "The number of the version that it approved." })
  number!: number;

  @Field(() => String, { description: "The hash of the terms that it approved." })
  termsHash!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  approvedAt!: string;

  @Field(() => Boolean, { description: "Whether it approved the latest version." })
  isCurrent!: boolean;

  partyId!: string;
  agreementId!: string;
  latestNumber!: number;
}

export const AgreementConnection = connectionOf("Agreement", () => Agreement);
