import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, ID, Info, Query, Resolver } from "type-graphql";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { typeOfId } from "../../../shared/ids.ts";
import { auditEntries } from "../audit/audit-entry.list.ts";
import type { PlatformContext } from "../context.ts";
import { apiKeys } from "../key/api-key.list.ts";
import type { Scope } from "../key/scopes.ts";
import { hasScope } from "../key/scopes.ts";
import { people } from "../person/person.list.ts";
import { roleGrants } from "../person/role-grant.list.ts";
import type { NodeStub, OwnType } from "./node.ts";
import { Node, nodeStub, OWNERS } from "./node.ts";

/** Most ids that one `nodes` takes. */
const NODES_LIMIT = 100;

/** How the platform's own records are found, and the scope that an API key needs to see any, as for their lists. */
const OWN: Readonly<Record<OwnType, { readonly source: RecordSource; readonly scope: Scope }>> = {
  Person: { source: people, scope: "KEYS" },
  RoleGrant: { source: roleGrants, scope: "KEYS" },
  ApiKey: { source: apiKeys, scope: "KEYS" },
  AuditEntry: { source: auditEntries, scope: "AUDIT" },
};

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: "The record with this id, whatever its type; null when there is none that you may see.",
  })
  async node(@Arg("id", () => ID) id: string, @Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo) {
    return (await find([id], ctx, info))[0];
  }

  @Query(() => [Node], {
    nullable: "items",
    description: `The records with these ids, at most ${NODES_LIMIT}, in their order; null for each that you may not see.`,
  })
  nodes(
    @Arg("ids", () => [ID]) ids: string[],
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (ids.length > NODES_LIMIT) {
      throw new DomainError(
        "BAD_USER_INPUT",
        `Argument "ids" takes at most ${NODES_LIMIT} ids; got ${ids.length}.`,
        { field: "ids" },
      );
    }
    return find(ids, ctx, info);
  }
}

async function find(
  ids: readonly string[],
  ctx: PlatformContext,
  info: GraphQLResolveInfo,
): Promise<(object | null)[]> {
  const stubs = ids.map(nodeStub);
  const byOwner = groupByOwner(stubs);
  const seen = new Set<string>();
  const [own] = await Promise.all([
    Promise.all(ids.map((id) => findOwn(id, ctx, info))),
    ...[...byOwner].map(async ([owner, wanted]) => {
      const found = await ctx.askOwner(owner, wanted, ctx.viewer);
      wanted.forEach(({ id }, index) => found[index] && seen.add(id));
    }),
  ]);
  return stubs.map((stub, index) => (stub && seen.has(stub.id) ? stub : own[index]!));
}

/** A record of the platform's own; null where the caller may not see it, and for those of others. */
async function findOwn(id: string, ctx: PlatformContext, info: GraphQLResolveInfo): Promise<object | null> {
  const type = typeOfId(id);
  if (!type || !(type in OWN) || ctx.viewer.kind === "VISITOR") return null;
  const { source, scope } = OWN[type as OwnType];
  return hasScope(ctx.caller, scope) ? loadRecord(ctx, info, source, id) : null;
}

function groupByOwner(stubs: readonly (NodeStub | null)[]): Map<string, NodeStub[]> {
  const groups = new Map<string, NodeStub[]>();
  for (const stub of stubs) {
    if (!stub) continue;
    const owner = OWNERS[stub.__typename];
    groups.set(owner, [...(groups.get(owner) ?? []), stub]);
  }
  return groups;
}
