import { Field, ID, InputType } from "type-graphql";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { Agreement } from "./agreement.ts";

@InputType({ description: "What it takes to draft an agreement: its terms." })
export class DraftAgreementInput extends newInputOf(Agreement, {
  required: ["kind", "title", "sections"],
  optional: ["effectiveOn", "expiresOn", "noticeDays", "autoRenew", "documents"],
}) {
  @Field(() => ID, { description: "The partnership whose parties agree." })
  partnershipId!: string;
}

@InputType({ description: "The terms that differ from the latest version's; what is left out stays." })
export class ReviseAgreementInput extends changeInputOf(Agreement, {
  optional: ["kind", "title", "effectiveOn", "expiresOn", "noticeDays", "autoRenew", "sections", "documents"],
}) {}

@InputType({
  description:
    "An approval. It names the terms instead of the record's version, so that parties can approve at the same time.",
})
export class ApproveAgreementInput {
  @Field(() => ID, { description: "The agreement." })
  id!: string;

  @Field(() => String, {
    description:
      "The hash of the terms that are approved, `latestTermsHash`. A CONFLICT, which tells the present one in `extensions.termsHash`, when somebody has revised them since.",
  })
  termsHash!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The signatory party that approves; all those that you act for where nothing is said.",
  })
  partyId?: string | null;

  @Field(() => String, { nullable: true, description: "Why, for the history; at most 1000 characters." })
  reason?: string | null;
}

@InputType({
  description:
    "How an agreement is renewed: by a successor, a draft with the same terms and another period, which the parties approve anew.",
})
export class RenewAgreementInput extends newInputOf(Agreement, {
  required: [],
  optional: ["title", "noticeDays", "autoRenew"],
}) {
  @Field(() => ID, { description: "The agreement that is renewed." })
  id!: string;

  @Field(() => DateScalar, { description: "The successor's last day." })
  expiresOn!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "The successor's first day; where nothing is said the day after the present last one, or today once that has passed.",
  })
  effectiveOn?: string | null;
}

@InputType({ description: "An agreement that is terminated; the reason is required." })
export class TerminateAgreementInput extends ChangedRecordInput {}
