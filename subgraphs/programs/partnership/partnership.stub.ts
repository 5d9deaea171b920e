import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Partnership", {
  description:
    "What two or more parties, each an institution or a partner organisation, have agreed to do together.",
})
export class Partnership {
  @Field(() => ID)
  id!: string;
}
