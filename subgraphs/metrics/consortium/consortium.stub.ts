import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Consortium", { description: "A network of institutions that share what they agreed to share." })
export class Consortium {
  @Field(() => ID)
  id!: string;
}
