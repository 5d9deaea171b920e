import { loadRecord } from "../../shared/data/loaders.ts";
import type { ReferenceResolver, SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { clearMemberships, projectMemberships } from "../../shared/projection/membership.ts";
import {
  forgetPartnerOrganizations,
  projectPartnerOrganizations,
} from "../../shared/projection/partner-organization.ts";
import { forgetPartnerships, projectPartnerships } from "../../shared/projection/partnership.ts";
import { cohorts } from "./cohort/cohort.list.ts";
import { loadDemo } from "./demo.ts";
import { CohortResolver } from "./cohort/cohort.resolver.ts";
import { Cohort } from "./cohort/cohort.ts";
import { InstitutionResolver } from "./institution/institution.resolver.ts";
import { Programs0001 } from "./migrations/0001-programs.ts";
import { Programs0002 } from "./migrations/0002-sharing.ts";
import { Programs0003 } from "./migrations/0003-partner-organizations.ts";
import { moveProviders } from "./partner-organization/merged-providers.ts";
import { Programs0004 } from "./migrations/0004-membership-ids.ts";
import { Programs0005 } from "./migrations/0005-feed-position.ts";
import { Programs0006 } from "./migrations/0006-change-notes.ts";
import { PartnerOrganizationResolver } from "./partner-organization/partner-organization.resolver.ts";
import { PartnershipResolver } from "./partnership/partnership.resolver.ts";
import { CodingCourse, Internship, MentoringProgram } from "./program/program-kinds.ts";
import { ProgramKind } from "./program/program.enums.ts";
import { programs as programRecords } from "./program/program.list.ts";
import { ProgramResolver } from "./program/program.resolver.ts";
import { Program, TYPE_OF_KIND } from "./program/program.ts";
import { visibility } from "./visibility.ts";

/** A program by its key: of any kind, or of the one kind whose type was named. */
const programByKey =
  (kind?: ProgramKind): ReferenceResolver =>
  async ({ id }, ctx, info) => {
    const row = await loadRecord(ctx, info, programRecords, id!);
    const found = row?.["kind"] as ProgramKind | undefined;
    return found && (!kind || kind === found) ? { ...row, __typename: TYPE_OF_KIND[found] } : null;
  };

/** The programs that are run under partnerships, and their cohorts. */
export const programs: SubgraphDefinition = {
  name: "programs",
  entities: [Program, Cohort],
  migrations: [Programs0001, Programs0002, Programs0003, Programs0004, Programs0005, Programs0006],
  resolvers: [
    ProgramResolver,
    CohortResolver,
    PartnershipResolver,
    InstitutionResolver,
    PartnerOrganizationResolver,
  ],
  orphanedTypes: [Internship, MentoringProgram, CodingCourse],
  visibility,
  references: {
    Program: programByKey(),
    Internship: programByKey(ProgramKind.INTERNSHIP),
    MentoringProgram: programByKey(ProgramKind.MENTORING),
    CodingCourse: programByKey(ProgramKind.CODING_COURSE),
    Cohort: ({ id }, ctx, info) => loadRecord(ctx, info, cohorts, id!),
    // Ours only by their keys: nothing to load.
    Partnership: (key) => key,
    Institution: (key) => key,
    PartnerOrganization: (key) => key,
  },
  subscriptions: [
    {
      source: "institutions",
      apply: (tx, events) => projectMemberships(tx, events),
      forget: (tx) => clearMemberships(tx),
    },
    {
      source: "partners",
      async apply(tx, events) {
        await projectPartnerOrganizations(tx, events);
        await moveProviders(tx, events);
        await projectPartnerships(tx, events);
      },
      async forget(tx) {
        await forgetPartnerOrganizations(tx);
        await forgetPartnerships(tx);
      },
    },
  ],
  loadDemo,
};
