import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, Info, Query, Resolver, Root } from "type-graphql";
import { loadPage } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import type { PlatformContext } from "../context.ts";
import { allow, requireSignedIn } from "../context.ts";
import type { NodeStub } from "../node/node.ts";
import { Node, nodeStub, nodeTypes } from "../node/node.ts";
import { auditEntries, auditFilter, mayReadAudit } from "./audit-entry.list.ts";
import { AuditDetail, AuditEntry, AuditEntryConnection } from "./audit-entry.ts";

@Resolver(() => AuditEntry)
export class AuditEntryResolver {
  @Query(() => AuditEntryConnection, {
    nullable: true,
    description:
      "The audit log, the newest first: of the organisation whose steward you are, of the consortium that you administer, and for operators what belongs to neither.",
  })
  auditLog(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => auditFilter.input, { nullable: true }) filter: FilterValue | null,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    requireSignedIn(ctx, "AUDIT");
    allow(
      mayReadAudit(ctx.viewer),
      "The audit log is for stewards, for the consortium's admins and for operators, each their part.",
    );
    return loadPage(ctx, info, auditEntries, () => ({
      page,
      order: [{ name: "ID", expression: column("e.id"), direction: "DESC" }],
      where: auditFilter.toSql(filter, ctx.viewer),
    }));
  }

  @Needs("organisationId")
  @FieldResolver(() => Node, {
    nullable: true,
    description: "The organisation that it was about; null where it was about none.",
  })
  organisation(@Root() { organisationId }: AuditEntry): NodeStub | null {
    return nodeStub(organisationId);
  }

  @Needs("consortiumId")
  @FieldResolver(() => nodeTypes.Consortium, {
    nullable: true,
    description: "The consortium that it was about; null where it was about none.",
  })
  consortium(@Root() { consortiumId }: AuditEntry): Node | null {
    return consortiumId === null ? null : { id: consortiumId };
  }

  @Needs("detail")
  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [AuditDetail], { description: "What else is known of it." })
  details(@Root() { detail }: AuditEntry): AuditDetail[] {
    return Object.entries(detail).map(([name, value]) => ({
      name,
      value: value === null ? null : String(value),
    }));
  }
}
