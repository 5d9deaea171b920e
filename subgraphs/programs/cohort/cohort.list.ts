import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import type { RecordSource, SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import type { PageRequest } from "../../../shared/data/page.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import {
  DateFilter,
  defineFilter,
  IdFilter,
  IntFilter,
  StringFilter,
} from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { belongsToVisiblePartnership } from "../../../shared/projection/partnership.ts";
import { Cohort } from "./cohort.ts";

/**
 * How cohorts are read: whoever may see a program sees its cohorts. The rule stands in a scalar subquery, which no
 * optimiser turns into a join: MariaDB would read all programs first and sort their cohorts for one page.
 */
export const cohorts: RecordSource = {
  record: Cohort,
  alias: "c",
  visible: (viewer) =>
    sql`(SELECT ${belongsToVisiblePartnership(viewer, "cp.partnership_id")} FROM program cp WHERE cp.id = c.program_id) = 1`,
  always: ["id"],
};

export const cohortFilter = defineFilter("CohortFilter", "Which cohorts to list.", {
  label: {
    type: StringFilter,
    column: column("c.label"),
    folded: column("c.label_key"),
    description: "Its name.",
  },
  term: { type: StringFilter, column: column("c.term"), description: "The term it starts in." },
  startsOn: { type: DateFilter, column: column("c.starts_on"), description: "Its first day." },
  endsOn: { type: DateFilter, column: column("c.ends_on"), description: "Its last day." },
  capacity: { type: IntFilter, column: column("c.capacity"), description: "Its places." },
  programId: { type: IdFilter, column: column("c.program_id"), description: "The program it goes through." },
});

export const cohortOrder = defineOrder(
  "CohortOrder",
  {
    STARTS_ON: { expression: column("c.starts_on"), description: "By first day." },
    LABEL: { expression: column("c.label_key"), description: "By name, whatever its case and accents." },
  },
  { id: column("c.id"), default: [{ field: "STARTS_ON" }] },
);

/** What a caller asks of a list of cohorts. */
export interface CohortListArgs {
  readonly page: PageRequest;
  readonly filter: FilterValue | null;
  readonly orderBy: never[] | null;
}

/** The cohorts of the network, or of one program. */
export function listCohorts(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  { page, filter, orderBy }: CohortListArgs,
  programId?: string,
) {
  const list = () => ({
    page,
    order: cohortOrder.toKeys(orderBy),
    where: cohortFilter.toSql(filter, ctx.viewer),
  });
  const parent = programId ? { column: column("c.program_id"), key: programId } : undefined;
  return loadPage(ctx, info, cohorts, list, parent);
}
