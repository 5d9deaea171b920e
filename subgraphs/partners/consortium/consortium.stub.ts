import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Consortium", { description: "A network of institutions; here only by its key." })
export class Consortium {
  @Field(() => ID)
  id!: string;
}
