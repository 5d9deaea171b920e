import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { apiKeys } from "../key/api-key.list.ts";
import { Person } from "./person.ts";
import { roleGrants } from "./role-grant.list.ts";

/** How people are read: by themselves, and by whoever sees a role that they have or gave, or a key of theirs. */
export const people: RecordSource = {
  record: Person,
  alias: "p",
  visible: (viewer) => {
    if (viewer.id === null) return sql`1 = 0`;
    const grants = roleGrants.visible(viewer);
    return sql`(p.id = ${viewer.id} OR EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = p.id AND ${grants}) OR EXISTS (SELECT 1 FROM role_grant g WHERE g.granted_by_id = p.id AND ${grants}) OR EXISTS (SELECT 1 FROM api_key k WHERE k.owner_id = p.id AND ${apiKeys.visible(viewer)}))`;
  },
  always: ["id"],
};

/** How people are read by those who hold a role or a key of theirs that they may see. */
export const namedPeople: RecordSource = { ...people, visible: () => sql`1 = 1` };
