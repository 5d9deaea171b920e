import { loadRecord } from "../../shared/data/loaders.ts";
import type { SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { clearMemberships, projectMemberships } from "../../shared/projection/membership.ts";
import { forgetPartnerships, projectPartnerships } from "../../shared/projection/partnership.ts";
import { loadDemo } from "./demo.ts";
import {
  forgetInstitutions,
  forgetPartners,
  forgetPrograms,
  projectInstitutions,
  projectPartners,
  projectPrograms,
} from "./dimension/dimensions.ts";
import { loadFigure } from "./figure/figure.record.ts";
import { FigureResolver } from "./figure/figure.resolver.ts";
import { indicators } from "./indicator/indicator.list.ts";
import { IndicatorResolver } from "./indicator/indicator.resolver.ts";
import { Indicator } from "./indicator/indicator.ts";
import { InstitutionResolver } from "./institution/institution.resolver.ts";
import { Metrics0001 } from "./migrations/0001-metrics.ts";
import { Metrics0002 } from "./migrations/0002-sharing.ts";
import { Metrics0003 } from "./migrations/0003-ids.ts";
import { Metrics0004 } from "./migrations/0004-feed-position.ts";
import { Observation } from "./observation/observation.ts";
import { PartnershipResolver } from "./partnership/partnership.resolver.ts";
import { periods } from "./period/period.list.ts";
import { PeriodResolver } from "./period/period.resolver.ts";
import { Period } from "./period/period.ts";
import { ProgramResolver } from "./program/program.resolver.ts";
import { CodingCourse, Internship, MentoringProgram } from "./program/program.stub.ts";
import { studentGroups } from "./student-group/student-group.list.ts";
import { StudentGroupResolver } from "./student-group/student-group.resolver.ts";
import { StudentGroup } from "./student-group/student-group.ts";
import { Subject } from "./subject/subject.ts";
import { visibility } from "./visibility.ts";

/** Indicators and what they say: figures by institution, partnership and program, none of them unprotected. */
export const metrics: SubgraphDefinition = {
  name: "metrics",
  entities: [Indicator, Period, StudentGroup, Subject, Observation],
  migrations: [Metrics0001, Metrics0002, Metrics0003, Metrics0004],
  resolvers: [
    IndicatorResolver,
    FigureResolver,
    PeriodResolver,
    StudentGroupResolver,
    InstitutionResolver,
    PartnershipResolver,
    ProgramResolver,
  ],
  orphanedTypes: [Internship, MentoringProgram, CodingCourse],
  visibility,
  references: {
    Indicator: ({ id, code }, ctx, info) =>
      loadRecord(ctx, info, indicators, (id ?? code)!, id == null ? "code" : "id"),
    Figure: ({ id }, ctx, info) => loadFigure(ctx, info, id!),
    Period: ({ id }, ctx, info) => loadRecord(ctx, info, periods, id!),
    StudentGroup: ({ id }, ctx, info) => loadRecord(ctx, info, studentGroups, id!),
    // Ours only by their keys: nothing to load.
    Institution: (key) => key,
    Partnership: (key) => key,
    Internship: (key) => key,
    MentoringProgram: (key) => key,
    CodingCourse: (key) => key,
  },
  subscriptions: [
    {
      source: "institutions",
      async apply(tx, events) {
        await projectMemberships(tx, events);
        await projectInstitutions(tx, events);
      },
      async forget(tx) {
        await clearMemberships(tx);
        await forgetInstitutions(tx);
      },
    },
    {
      source: "partners",
      async apply(tx, events) {
        await projectPartnerships(tx, events);
        await projectPartners(tx, events);
      },
      async forget(tx) {
        await forgetPartnerships(tx);
        await forgetPartners(tx);
      },
    },
    { source: "programs", apply: projectPrograms, forget: forgetPrograms },
  ],
  loadDemo,
};
