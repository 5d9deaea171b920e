import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { periods, studentGroups } from "./figure/figure.list.ts";
import { indicators } from "./indicator/indicator.list.ts";
import { observations } from "./observation/observation.list.ts";

/** Definitions are open; figures go by what they are about, and as they were reported to its own people only. */
export const visibility: VisibilityTable = {
  Indicator: { rows: indicators },
  Figure: { rows: observations, fields: { raw: "GUARDED" } },
  RawFigure: { rows: "PART" },
  Cell: { rows: "PART" },
  Period: { rows: periods },
  StudentGroup: { rows: studentGroups },
  Institution: { rows: "OWNER" },
  Partnership: { rows: "OWNER" },
  Internship: { rows: "OWNER" },
  MentoringProgram: { rows: "OWNER" },
  CodingCourse: { rows: "OWNER" },
};
