import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { defineFilter, StringFilter } from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { StudentGroup } from "./student-group.ts";

/** How student groups are read: their definitions are open, the figures are not. */
export const studentGroups: RecordSource = {
  record: StudentGroup,
  alias: "g",
  visible: () => sql`1 = 1`,
  always: ["id", "code"],
};

export const studentGroupFilter = defineFilter("StudentGroupFilter", "Which student groups to list.", {
  code: { type: StringFilter, column: column("g.code"), isCode: true, description: "Its code." },
  dimension: {
    type: StringFilter,
    column: column("g.dimension"),
    isCode: true,
    description: "What students are divided by; null for all students.",
  },
});

export const studentGroupOrder = defineOrder(
  "StudentGroupOrder",
  { CODE: { expression: column("g.code"), description: "By code, and so by dimension." } },
  { id: column("g.id"), default: [{ field: "CODE" }] },
);
