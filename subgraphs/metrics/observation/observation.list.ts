import sql from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { subjectIsOwn, subjectIsVisible } from "../subject/subject.list.ts";
import { Observation } from "./observation.ts";

/**
 * How observations are read, for those who make cells of them. The subject's rule stands in a scalar subquery,
 * which no optimiser turns into a join: the page then follows the index of its order and stops when it is full.
 */
export const observations: RecordSource = {
  record: Observation,
  alias: "o",
  visible: (viewer) =>
    sql`(SELECT ${subjectIsVisible(viewer, "s")} FROM subject s WHERE s.no = o.subject_no) = 1`,
  guarded: {
    isOwn: {
      isVisible: (viewer) =>
        sql`(SELECT ${subjectIsOwn(viewer, "s")} FROM subject s WHERE s.no = o.subject_no) = 1`,
      value: sql`1`,
    },
  },
  always: ["subjectNo"],
};

/**
 * The same for observations of one subject that has just been found visible: asked again for each row, the rule
 * would keep MariaDB from reading them in the order of the primary key.
 */
export const observationsOfVisibleSubject: RecordSource = { ...observations, visible: () => sql`1 = 1` };

/** Only the newest revision of a cell counts. */
export const isNewest: Sql = sql`NOT EXISTS (SELECT 1 FROM observation newer WHERE newer.subject_no = o.subject_no AND newer.indicator_no = o.indicator_no AND newer.period_no = o.period_no AND newer.group_no = o.group_no AND newer.revision > o.revision)`;
