import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { cohorts } from "./cohort/cohort.list.ts";
import { programs } from "./program/program.list.ts";

/** What is run under a partnership, by that partnership. */
export const visibility: VisibilityTable = {
  // The wage that is offered to applicants, not what anybody has earned.
  Internship: { rows: programs, fields: { hourlyWageMinor: "ROW" } },
  MentoringProgram: { rows: programs },
  CodingCourse: { rows: programs },
  Cohort: { rows: cohorts },
  Institution: { rows: "OWNER" },
  PartnerOrganization: { rows: "OWNER" },
  Partnership: { rows: "OWNER" },
};
