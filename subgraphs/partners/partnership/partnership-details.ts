import { Field, Float, InputType, Int, ObjectType } from "type-graphql";

const CREDITS = "Credits that are transferred; null when not said.";

@ObjectType("CourseEquivalence", {
  description: "A course of one institution that counts as a course of another.",
})
@InputType("CourseEquivalenceInput", { description: "A course that counts as another." })
export class CourseEquivalence {
  @Field(() => String, { description: "The course that students have taken, as in `MAT 101`." })
  sendingCourse!: string;

  @Field(() => String, { description: "The course that it counts as." })
  receivingCourse!: string;

  @Field(() => Float, { nullable: true, description: CREDITS })
  credits?: number | null;
}

@ObjectType("PublicPrivateDetails", {
  description: "What a public-private partnership is to bring together.",
})
@InputType("PublicPrivateDetailsInput", { description: "What a public-private partnership brings together." })
export class PublicPrivateDetails {
  @Field(() => String, {
    nullable: true,
    description: "Funding that is sought or given; null when not said.",
  })
  funding?: string | null;

  @Field(() => String, { nullable: true, description: "Buildings, labs and equipment; null when not said." })
  infrastructure?: string | null;

  @Field(() => String, { nullable: true, description: "Knowledge that partners bring; null when not said." })
  expertise?: string | null;

  @Field(() => [String], { nullable: true, description: "Skills that the business looks for." })
  skillsSought?: string[] | null;
}

@ObjectType("AcademicDetails", { description: "What an academic collaboration consists of." })
@InputType("AcademicDetailsInput", { description: "What an academic collaboration consists of." })
export class AcademicDetails {
  @Field(() => String, { nullable: true, description: "The joint degree; null where there is none." })
  jointDegree?: string | null;

  @Field(() => String, { nullable: true, description: "The research initiative; null where there is none." })
  researchInitiative?: string | null;

  @Field(() => Int, { nullable: true, description: "Places a year for faculty; null when not said." })
  facultyExchangePlaces?: number | null;

  @Field(() => Int, { nullable: true, description: "Places a year for students; null when not said." })
  studentExchangePlaces?: number | null;

  @Field(() => [CourseEquivalence], {
    nullable: true,
    description: "Courses that count for each other under an articulation.",
  })
  courseEquivalences?: CourseEquivalence[] | null;
}

@ObjectType("PartnershipDetails", {
  description: "What a partnership has by its kind; parts of other kinds are null.",
})
@InputType("PartnershipDetailsInput", { description: "What the partnership has by its kind." })
export class PartnershipDetails {
  @Field(() => PublicPrivateDetails, { nullable: true, description: "Of a PUBLIC_PRIVATE partnership." })
  publicPrivate?: PublicPrivateDetails | null;

  @Field(() => AcademicDetails, { nullable: true, description: "Of an ACADEMIC_COLLABORATION." })
  academic?: AcademicDetails | null;

  @Field(() => [String], {
    nullable: true,
    description: "Countries that it connects, as ISO 3166-1 alpha-2; of INTERNATIONAL partnerships.",
  })
  countries?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Where its people meet online; of VIRTUAL and HYBRID partnerships.",
  })
  platform?: string | null;
}
