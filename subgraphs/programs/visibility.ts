import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { cohorts } from "./cohort/cohort.list.ts";
import { programs } from "./program/program.list.ts";

/** What is run under a partnership, by that partnership; its provider by what may be seen of that. */
export const visibility: VisibilityTable = {
  // The wage that is offered to applicants, not what anybody has earned.
  Internship: { rows: programs, fields: { hourlyWageMinor: "ROW", provider: "GUARDED" } },
  MentoringProgram: { rows: programs, fields: { provider: "GUARDED" } },
  CodingCourse: { rows: programs, fields: { provider: "GUARDED" } },
  Cohort: { rows: cohorts },
  Institution: { rows: "OWNER" },
  PartnerOrganization: { rows: "OWNER" },
  Partnership: { rows: "OWNER" },
};
