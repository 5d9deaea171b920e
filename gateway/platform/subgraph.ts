import type { SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { partnerChangesFeed } from "./audit/change-notes.ts";
import { AuditEntry } from "./audit/audit-entry.ts";
import { AuditEntryResolver } from "./audit/audit-entry.resolver.ts";
import { loadDemo } from "./demo.ts";
import { ApiKeyResolver, ApiKeyRoleResolver, IssuedApiKeyResolver } from "./key/api-key.resolver.ts";
import { ApiKey, ApiKeyRole } from "./key/api-key.ts";
import { membershipFeed } from "./membership/memberships.ts";
import { Platform0001 } from "./migrations/0001-platform.ts";
import { Platform0002 } from "./migrations/0002-membership-ids.ts";
import { Platform0003 } from "./migrations/0003-feed-position.ts";
import { nodeTypes } from "./node/node.ts";
import { NodeResolver } from "./node/node.resolver.ts";
import { Person } from "./person/person.ts";
import { RoleGrantResolver } from "./person/role-grant.resolver.ts";
import { RoleGrant } from "./person/role-grant.ts";
import { RateLimitResolver } from "./rate-limit/rate-limit.resolver.ts";
import { ViewerResolver } from "./viewer/viewer.resolver.ts";
import { visibility } from "./visibility.ts";

/** What belongs to no domain: who is asking, people and their roles, API keys, the audit log, records by their id. */
export const platform: SubgraphDefinition = {
  name: "platform",
  entities: [Person, RoleGrant, ApiKey, ApiKeyRole, AuditEntry],
  migrations: [Platform0001, Platform0002, Platform0003],
  loadDemo,
  resolvers: [
    NodeResolver,
    ViewerResolver,
    RateLimitResolver,
    RoleGrantResolver,
    ApiKeyResolver,
    ApiKeyRoleResolver,
    IssuedApiKeyResolver,
    AuditEntryResolver,
  ],
  orphanedTypes: Object.values(nodeTypes),
  visibility,
  references: {},
  subscriptions: [membershipFeed, partnerChangesFeed],
};
