import { Directive, Field, Int, ObjectType } from "type-graphql";
import { CourseLevel } from "./program.enums.ts";
import { Program } from "./program.ts";

@Directive('@key(fields: "id")')
@ObjectType("Internship", {
  implements: Program,
  description: "A program in which learners work at a provider for a limited time.",
})
export class Internship extends Program {
  @Field(() => Int, {
    nullable: true,
    description: "Hours each participant is to work; null when not fixed.",
  })
  override hoursPlanned!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "Pay per hour in the smallest unit of `currency`, as in 1850 for 18.50 USD; null when unpaid or not known.",
  })
  override hourlyWageMinor!: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Currency of the wage, as ISO 4217; null when there is no wage.",
  })
  override currency!: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType("MentoringProgram", {
  implements: Program,
  description: "A program in which experienced people accompany learners.",
})
export class MentoringProgram extends Program {
  @Field(() => Int, { nullable: true, description: "Mentees of one mentor at most; null when not limited." })
  override menteesPerMentor!: number | null;

  @Field(() => Int, { nullable: true, description: "Sessions each pair is to hold; null when not fixed." })
  override sessionsPlanned!: number | null;
}

@Directive('@key(fields: "id")')
@ObjectType("CodingCourse", {
  implements: Program,
  description: "A course in which learners learn to program.",
})
export class CodingCourse extends Program {
  @Field(() => String, {
    nullable: true,
    description: "Programming language it teaches, as in `Python`; null when it teaches several.",
  })
  override language!: string | null;

  @Field(() => CourseLevel, {
    nullable: true,
    description: "What it expects one to know; null when not said.",
  })
  override level!: CourseLevel | null;

  @Field(() => Int, { nullable: true, description: "Hours of teaching; null when not fixed." })
  override contactHours!: number | null;
}
