import { Directive, Field, ID, InterfaceType, ObjectType } from "type-graphql";

/**
 * Programs by their keys. Each kind stands here by its name, and not all at once as an `@interfaceObject`: the
 * gateway's planner cannot go from such an object to a field that only one kind has.
 */
@InterfaceType("Program", {
  description:
    "What partners run together for learners: an internship, a mentoring program or a coding course.",
})
export abstract class Program {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id")')
@ObjectType("Internship", {
  implements: Program,
  description: "A program in which learners work at a provider for a limited time.",
})
export class Internship extends Program {}

@Directive('@key(fields: "id")')
@ObjectType("MentoringProgram", {
  implements: Program,
  description: "A program in which experienced people accompany learners.",
})
export class MentoringProgram extends Program {}

@Directive('@key(fields: "id")')
@ObjectType("CodingCourse", {
  implements: Program,
  description: "A course in which learners learn to program.",
})
export class CodingCourse extends Program {}
