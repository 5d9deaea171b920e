import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import {
  DateFilter,
  defineFilter,
  enumFilter,
  IdFilter,
  StringFilter,
} from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { Period, PeriodKind } from "./period.ts";

/** How periods are read: when a consortium's terms begin and end is open, as it is who its members are. */
export const periods: RecordSource = {
  record: Period,
  alias: "pd",
  visible: () => sql`1 = 1`,
  always: ["id"],
};

/** The comparison of a kind of period, which figures are filtered by, too. */
export const PeriodKindFilter = enumFilter("PeriodKind", PeriodKind);

export const periodFilter = defineFilter("PeriodFilter", "Which periods to list.", {
  kind: {
    type: PeriodKindFilter,
    column: column("pd.kind"),
    description: "How long it is.",
  },
  label: { type: StringFilter, column: column("pd.label"), description: "What it is called." },
  startsOn: { type: DateFilter, column: column("pd.starts_on"), description: "Its first day." },
  endsOn: { type: DateFilter, column: column("pd.ends_on"), description: "Its last day." },
  consortiumId: {
    type: IdFilter,
    column: column("pd.consortium_id"),
    description: "The consortium whose period it is.",
  },
});

export const periodOrder = defineOrder(
  "PeriodOrder",
  { STARTS_ON: { expression: column("pd.starts_on"), description: "By first day." } },
  { id: column("pd.id"), default: [{ field: "STARTS_ON" }] },
);
