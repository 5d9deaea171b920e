import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { defineFilter, enumFilter, StringFilter } from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { Additivity, IndicatorDirection, IndicatorType, IndicatorUnit } from "./indicator.enums.ts";
import { Indicator } from "./indicator.ts";

/** How indicators are read: definitions are open, the figures are not. */
export const indicators: RecordSource = {
  record: Indicator,
  alias: "i",
  visible: () => sql`1 = 1`,
  always: ["id"],
};

export const indicatorFilter = defineFilter("IndicatorFilter", "Which indicators to list.", {
  code: { type: StringFilter, column: column("i.code"), isCode: true, description: "Its code." },
  name: {
    type: StringFilter,
    column: column("i.name"),
    folded: column("i.name_key"),
    description: "Its name.",
  },
  type: {
    type: enumFilter("IndicatorType", IndicatorType),
    column: column("i.type"),
    description: "How its value comes about.",
  },
  unit: {
    type: enumFilter("IndicatorUnit", IndicatorUnit),
    column: column("i.unit"),
    description: "What its value is measured in.",
  },
  direction: {
    type: enumFilter("IndicatorDirection", IndicatorDirection),
    column: column("i.direction"),
    description: "Which way it should go.",
  },
  additivity: {
    type: enumFilter("Additivity", Additivity),
    column: column("i.additivity"),
    description: "Whether its values may be added up.",
  },
});

export const indicatorOrder = defineOrder(
  "IndicatorOrder",
  {
    CODE: { expression: column("i.code"), description: "By code." },
    NAME: { expression: column("i.name_key"), description: "By name, whatever its case and accents." },
  },
  { id: column("i.id"), default: [{ field: "CODE" }] },
);
