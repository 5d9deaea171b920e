import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("PartnerOrganization", {
  description: "A business, government body, non-profit or other organisation that works with institutions.",
})
export class PartnerOrganization {
  @Field(() => ID)
  id!: string;
}
