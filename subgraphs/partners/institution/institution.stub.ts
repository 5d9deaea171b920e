import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Institution", {
  description: "A school, college, university or the like.",
})
export class Institution {
  @Field(() => ID)
  id!: string;
}
