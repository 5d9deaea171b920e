import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Partnership", {
  description: "What two or more parties have agreed to do together; here only by its key.",
})
export class Partnership {
  @Field(() => ID)
  id!: string;
}
