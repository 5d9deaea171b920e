import type { GraphQLResolveInfo } from "graphql";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import type { PageRequest, SortKey } from "../../../shared/data/page.ts";
import { cursorsAreAskedFor } from "../../../shared/data/select.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { DateFilter, defineFilter, enumFilter, StringFilter } from "../../../shared/graphql/filter.ts";
import { column } from "../../../shared/graphql/order.ts";
import { isNewest, observations, observationsOfVisibleSubject } from "../observation/observation.list.ts";
import { PeriodKindFilter } from "../period/period.list.ts";
import { SubjectKind } from "../subject/subject.ts";
import { visibleSubjectNumbers } from "../subject/subject.list.ts";
import { sealOf } from "./figure.seal.ts";

/** A column of a dimension, looked up for each row: the page keeps following the index of its order. */
const of = (table: string, name: string, key: string): Sql =>
  column(`(SELECT d.${name} FROM ${table} d WHERE d.no = o.${key})`);

export const figureFilter = defineFilter(
  "FigureFilter",
  "Which figures to list. There is no filter by value: it would tell what is hidden.",
  {
    indicatorCode: {
      type: StringFilter,
      column: of("indicator", "code", "indicator_no"),
      isCode: true,
      description: "The indicator's code.",
    },
    periodKind: {
      type: PeriodKindFilter,
      column: of("period", "kind", "period_no"),
      description: "How long the period is.",
    },
    periodStartsOn: {
      type: DateFilter,
      column: of("period", "starts_on", "period_no"),
      description: "The period's first day.",
    },
    periodLabel: {
      type: StringFilter,
      column: of("period", "label", "period_no"),
      description: "What the period is called.",
    },
    groupDimension: {
      type: StringFilter,
      column: of("student_group", "dimension", "group_no"),
      isCode: true,
      description: "What students are divided by; null for all students.",
    },
    groupCode: {
      type: StringFilter,
      column: of("student_group", "code", "group_no"),
      isCode: true,
      description: "The group's code; `ALL` for all students, whose figures have no `group`.",
    },
    subjectKind: {
      type: enumFilter("SubjectKind", SubjectKind),
      column: of("subject", "kind", "subject_no"),
      description: "What the figure is about.",
    },
  },
);

const key = (name: string): SortKey => ({ name, expression: column(`o.${name}`), direction: "ASC" });

/** The order in which observations lie on disk, and the order of their other index. */
const OF_ONE_SUBJECT = ["indicator_no", "period_no", "group_no"].map(key);
const BY_SUBJECT = [key("subject_no"), ...OF_ONE_SUBJECT];
const BY_INDICATOR = ["period_no", "subject_no", "group_no"].map(key);

/** What a caller asks of a list of figures; its order is fixed. */
export interface FigureListArgs {
  readonly page: PageRequest;
  readonly filter: FilterValue | null;
}

/** The filter's fields that say something of a dimension, and the number under which observations know it. */
const NARROWING = [
  { table: "indicator", number: "indicator_no", fields: ["indicatorCode"] },
  { table: "period", number: "period_no", fields: ["periodKind", "periodStartsOn", "periodLabel"] },
  { table: "student_group", number: "group_no", fields: ["groupDimension", "groupCode"] },
] as const;

const NUMBERS_AT_MOST = 200;

/** The conditions on some fields that must hold in any case. */
function* conjuncts(filter: FilterValue, fields: readonly string[]): Generator<FilterValue> {
  for (const field of fields) {
    if (filter[field] != null) yield { [field]: filter[field] };
  }
  for (const each of filter.and ?? []) yield* conjuncts(each, fields);
}

/** A filter without those conditions. */
function without(filter: FilterValue, fields: readonly string[]): FilterValue {
  const rest = Object.entries(filter).filter(([name]) => !fields.includes(name));
  return {
    ...Object.fromEntries(rest),
    ...(filter.and && { and: filter.and.map((each) => without(each, fields)) }),
  };
}

/** What a filter leaves of the figures, said in the numbers that the indexes are made of. */
interface Narrowed {
  readonly where: readonly Sql[];
  /** Most figures that one subject can have left. */
  readonly atMost: number;
}

/**
 * What a filter means in the numbers of dimensions, looked up once for all pages of a level: a page of the last term
 * then starts there, rather than reading through the terms before.
 */
async function narrow(ctx: SubgraphContext, filter: FilterValue): Promise<Narrowed> {
  const numbers = await numbersOf(ctx, filter);
  const where: Sql[] = [];
  let atMost = 1;
  let rest = filter;
  for (const { number, fields } of NARROWING) {
    const found = numbers.get(number);
    if (!found || found.length > NUMBERS_AT_MOST) {
      atMost = Infinity;
      continue;
    }
    atMost *= found.length;
    rest = without(rest, fields);
    // Written out, for numbers are bound as DOUBLE to MariaDB, and its order by an integer then wants a sort.
    where.push(found.length > 0 ? raw(`o.${number} IN (${found.join(", ")})`) : sql`1 = 0`);
  }
  return { where: [...figureFilter.toSql(rest, ctx.viewer), ...where], atMost };
}

/** The numbers that a filter leaves of each dimension that it says something of. */
async function numbersOf(ctx: SubgraphContext, filter: FilterValue): Promise<Map<string, number[]>> {
  const numbers = new Map<string, number[]>();
  const lookups: Sql[] = [];
  for (const { table, number, fields } of NARROWING) {
    const conditions = [...conjuncts(filter, fields)];
    if (conditions.length === 0) continue;
    numbers.set(number, []);
    const where = join(figureFilter.toSql({ and: conditions }, ctx.viewer));
    lookups.push(
      // Under the name of observations, and with their column, a dimension answers to the same conditions.
      sql`SELECT * FROM (SELECT ${number} AS dimension, o.${raw(number)} AS no FROM (SELECT no AS ${raw(number)} FROM ${raw(table)}) o WHERE ${where} ORDER BY o.${raw(number)} LIMIT ${raw(String(NUMBERS_AT_MOST + 1))}) ${raw(`${table}_numbers`)}`,
    );
  }
  if (lookups.length === 0) return numbers;
  const rows = await ctx.db.read<{ dimension: string; no: number }>(join(lookups, " UNION ALL "));
  for (const { dimension, no } of rows) numbers.get(dimension)!.push(no);
  return numbers;
}

/** The same once for all parents of a field; a filter that is too long is refused before anything is read. */
function narrowed(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  filter: FilterValue | null,
): Promise<Narrowed> {
  return ctx.loaders.once(info, "narrowed", () => {
    figureFilter.toSql(filter, ctx.viewer);
    return narrow(ctx, filter ?? {});
  });
}

/** What hides the numbers in the cursors of a page; nothing where it takes and gives none. */
async function sealFor({ db }: SubgraphContext, info: GraphQLResolveInfo, { after, before }: PageRequest) {
  const hasCursors = after != null || before != null || cursorsAreAskedFor(info);
  return hasCursors ? sealOf(db) : undefined;
}

/** Up to so many figures of a subject are read whole; of more, each page is read by its own range of the index. */
const FEW = 200;

/** The figures of an indicator; each page is a range of the index (indicator, period, subject, group). */
export async function figuresOfIndicator(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  indicatorNo: number,
  { page, filter }: FigureListArgs,
) {
  const [{ where }, seal] = await Promise.all([narrowed(ctx, info, filter), sealFor(ctx, info, page)]);
  const list = () => ({ page, order: BY_INDICATOR, where: [isNewest, ...where], seal });
  const parent = { column: column("o.indicator_no"), key: indicatorNo, isUnbounded: true };
  return loadPage(ctx, info, observations, list, parent);
}

/** The figures of an institution, partnership or program; each page is a range of the primary key. */
export async function figuresOfSubject(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  subjectId: string,
  { page, filter }: FigureListArgs,
) {
  const [{ where, atMost }, numbers, seal] = await Promise.all([
    narrowed(ctx, info, filter),
    visibleSubjectNumbers(ctx, info, subjectId),
    sealFor(ctx, info, page),
  ]);
  const list = (order: readonly SortKey[]) => () => ({ page, order, where: [isNewest, ...where], seal });
  if (numbers.length <= 1) {
    const parent = { ...AS_SUBJECT, key: numbers[0] ?? NOBODY, isUnbounded: atMost > FEW };
    return loadPage(ctx, info, observationsOfVisibleSubject, list(OF_ONE_SUBJECT), parent);
  }
  // Measured by several consortia: its ranges are merged by sorting.
  const parent = { ...AS_SUBJECTS, key: subjectId, isUnbounded: true };
  return loadPage(ctx, info, observations, list(BY_SUBJECT), parent);
}

/** How figures hang on what they are about, and on what several consortia measure. */
const AS_SUBJECT = { column: column("o.subject_no") };
const AS_SUBJECTS = {
  join: sql`JOIN subject own ON own.no = o.subject_no`,
  column: column("own.subject_id"),
};

/** The number of no subject: the list of something without visible figures is empty. */
const NOBODY = 0;
