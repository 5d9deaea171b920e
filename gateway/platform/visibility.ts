import type { TypeVisibility, VisibilityTable } from "../../shared/graphql/visibility.ts";
import { auditEntries } from "./audit/audit-entry.list.ts";
import { apiKeyRoles, apiKeys } from "./key/api-key.list.ts";
import { nodeTypes } from "./node/node.ts";
import { people } from "./person/person.list.ts";
import { roleGrants } from "./person/role-grant.list.ts";

/** Keys and roles for their people and the admins, the log for stewards and admins, records for their owners to say. */
export const visibility: VisibilityTable = {
  ...Object.fromEntries(
    Object.keys(nodeTypes).map((name): [string, TypeVisibility] => [name, { rows: "OWNER" }]),
  ),
  AuditEntry: { rows: auditEntries },
  AuditDetail: { rows: "PART" },
  ApiKey: { rows: apiKeys },
  ApiKeyRole: { rows: apiKeyRoles },
  // Shown once, to whoever has issued it.
  IssuedApiKey: { rows: "CALLER", fields: { secret: "ROW" } },
  Person: { rows: people },
  RoleGrant: { rows: roleGrants },
  RateLimit: { rows: "CALLER" },
  Viewer: { rows: "CALLER" },
  ViewerMembership: { rows: "CALLER" },
  Credential: { rows: "CALLER" },
};
