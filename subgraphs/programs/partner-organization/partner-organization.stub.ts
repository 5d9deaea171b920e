import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("PartnerOrganization", {
  description: "An organisation that works with institutions; here only by its key.",
})
export class PartnerOrganization {
  @Field(() => ID)
  id!: string;
}
