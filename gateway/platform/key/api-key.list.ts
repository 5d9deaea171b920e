import sql, { join } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { consortiaWith } from "../person/roles.ts";
import { ApiKey, ApiKeyRole } from "./api-key.ts";

/** Keys are seen by their owner, by themselves, and by the admins of each consortium that they have a role in. */
function keyIsVisible(viewer: Viewer): Sql {
  if (viewer.id === null) return sql`1 = 0`;
  const rules = [sql`k.owner_id = ${viewer.id}`, sql`k.id = ${viewer.id}`];
  const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
  if (administered.length > 0) {
    rules.push(
      sql`EXISTS (SELECT 1 FROM api_key_role r WHERE r.key_id = k.id AND r.consortium_id IN (${join(administered)}))`,
    );
  }
  return sql`(${join(rules, " OR ")})`;
}

/** How API keys are read. */
export const apiKeys: RecordSource = {
  record: ApiKey,
  alias: "k",
  visible: keyIsVisible,
  always: ["id"],
};

/** How the roles of a key are read: with a key that has passed its own rule. */
export const apiKeyRoles: RecordSource = {
  record: ApiKeyRole,
  alias: "kr",
  visible: () => sql`1 = 1`,
  always: ["consortiumId"],
};
