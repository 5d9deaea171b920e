import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { indicators } from "./indicator/indicator.list.ts";
import { observations } from "./observation/observation.list.ts";
import { periods } from "./period/period.list.ts";
import { studentGroups } from "./student-group/student-group.list.ts";

/** Definitions are open; figures go by what they are about, and as they were reported to its own people only. */
export const visibility: VisibilityTable = {
  Indicator: { rows: indicators },
  Figure: { rows: observations, fields: { raw: "GUARDED" } },
  RawFigure: { rows: "PART" },
  Cell: { rows: "PART" },
  Period: { rows: periods },
  StudentGroup: { rows: studentGroups },
  Consortium: { rows: "OWNER" },
  Institution: { rows: "OWNER" },
  Partnership: { rows: "OWNER" },
  Internship: { rows: "OWNER" },
  MentoringProgram: { rows: "OWNER" },
  CodingCourse: { rows: "OWNER" },
};
