import { Field, ID, InputType } from "type-graphql";

@InputType({ description: "Which records are one institution." })
export class JoinInstitutionsInput {
  @Field(() => ID, { description: "The ROR record." })
  ror!: string;

  @Field(() => ID, { description: "The IPEDS unit." })
  unitid!: string;

  @Field(() => String, { nullable: true, description: "Why; at most 500 characters." })
  remark?: string | null;
}

@InputType({ description: "Which records are two institutions, however much alike." })
export class KeepInstitutionsApartInput {
  @Field(() => ID, { description: "The ROR record." })
  ror!: string;

  @Field(() => ID, { description: "The IPEDS unit." })
  unitid!: string;

  @Field(() => String, { nullable: true, description: "Why; at most 500 characters." })
  remark?: string | null;
}

@InputType({ description: "Whose decision to undo." })
export class UndoMatchDecisionInput {
  @Field(() => ID, { description: "The ROR record." })
  ror!: string;

  @Field(() => ID, { description: "The IPEDS unit." })
  unitid!: string;
}
