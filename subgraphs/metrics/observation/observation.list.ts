import sql, { raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { Dialect } from "../../../shared/data/database.ts";
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

/**
 * Observations by some of the numbers of their key, each looked up by it: the numbers come as one text of JSON, so
 * that the statement is the same for however many, and are read before observations are.
 */
export function wantedObservations(
  dialect: Dialect,
  columns: readonly string[],
  rows: readonly (readonly number[])[],
): Sql {
  const text = JSON.stringify(rows);
  const numbers = columns.map((name, index) =>
    dialect === "sqlite"
      ? `json_extract(value, '$[${index}]') AS ${name}`
      : `${name} BIGINT PATH '$[${index}]'`,
  );
  const on = raw(columns.map((name) => `o.${name} = wanted.${name}`).join(" AND "));
  return dialect === "sqlite"
    ? sql`(SELECT ${raw(numbers.join(", "))} FROM json_each(${text})) wanted CROSS JOIN observation o ON ${on}`
    : sql`JSON_TABLE(${text}, '$[*]' COLUMNS (${raw(numbers.join(", "))})) wanted STRAIGHT_JOIN observation o ON ${on}`;
}

/** Only the newest revision of a cell counts. */
export const isNewest: Sql = sql`NOT EXISTS (SELECT 1 FROM observation newer WHERE newer.subject_no = o.subject_no AND newer.indicator_no = o.indicator_no AND newer.period_no = o.period_no AND newer.group_no = o.group_no AND newer.revision > o.revision)`;
