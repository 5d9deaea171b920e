import { Field, Float, Int, ObjectType } from "type-graphql";
import { DateTimeScalar } from "../../../shared/graphql/scalars.ts";

const bounded = (description: string) => ({
  nullable: true,
  description: `${description}; null where you are not bounded.`,
});

@ObjectType("RateLimit", {
  description:
    "What an operation may cost, and what its caller may still spend. A cost is counted in objects, more or less: `@cost` and `@listSize` say how.",
})
export class RateLimit {
  @Field(() => Float, {
    description:
      "The most that this operation can cost: a whole number unless `@cost` says otherwise. In a dry run it counts the fields that are left out, too.",
  })
  cost!: number;

  @Field(() => Int, bounded("The most that your budget holds"))
  limit!: number | null;

  @Field(() => Int, bounded("What you may spend now, this operation paid for"))
  remaining!: number | null;

  @Field(() => Int, bounded("What you have spent and is not back yet"))
  used!: number | null;

  @Field(() => Int, bounded("How much comes back in a second"))
  refillPerSecond!: number | null;

  @Field(() => DateTimeScalar, bounded("When your budget is full again, if you spend nothing more"))
  resetAt!: string | null;
}
