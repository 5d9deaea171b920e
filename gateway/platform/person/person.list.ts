import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { Person } from "./person.ts";

/** How people are read: one by one, by whoever sees a key or a role of theirs. */
export const people: RecordSource = {
  record: Person,
  alias: "p",
  visible: () => sql`1 = 1`,
  always: ["id"],
};
