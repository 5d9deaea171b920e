import { registerEnumType } from "type-graphql";

export enum ProgramKind {
  INTERNSHIP = "INTERNSHIP",
  MENTORING = "MENTORING",
  CODING_COURSE = "CODING_COURSE",
}
registerEnumType(ProgramKind, {
  name: "ProgramKind",
  description: "What kind of program it is; each kind is a type of its own.",
  valuesConfig: {
    INTERNSHIP: { description: "An `Internship`." },
    MENTORING: { description: "A `MentoringProgram`." },
    CODING_COURSE: { description: "A `CodingCourse`." },
  },
});

/** The same enum as in the partners subgraph: the two are merged by name. */
export enum Modality {
  IN_PERSON = "IN_PERSON",
  VIRTUAL = "VIRTUAL",
  HYBRID = "HYBRID",
}
registerEnumType(Modality, {
  name: "Modality",
  description: "Whether people meet in person, online, or both.",
});

export enum CourseLevel {
  BEGINNER = "BEGINNER",
  INTERMEDIATE = "INTERMEDIATE",
  ADVANCED = "ADVANCED",
}
registerEnumType(CourseLevel, {
  name: "CourseLevel",
  description: "What a course expects its participants to know already.",
  valuesConfig: {
    BEGINNER: { description: "Nothing." },
    INTERMEDIATE: { description: "A first course or the like." },
    ADVANCED: { description: "To program with ease." },
  },
});
