import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadList, loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { SCAN_COST } from "../../../shared/graphql/filter.ts";
import { column } from "../../../shared/graphql/order.ts";
import { PartnershipConnection } from "../partnership/partnership.ts";
import { partnershipFilter, partnershipOrder, partnershipsOfParty } from "../partnership/partnership.list.ts";
import { LikenessArgs, PartnerOrganizationCandidate } from "./candidate.ts";
import { Contact } from "./contact.ts";
import {
  contacts,
  partnerOrganizationFilter,
  partnerOrganizationOrder,
  partnerOrganizations,
} from "./partner-organization.list.ts";
import { similarOrganizations } from "./similar.ts";
import { PartnerOrganization, PartnerOrganizationConnection } from "./partner-organization.ts";

@Resolver(() => PartnerOrganization)
export class PartnerOrganizationResolver {
  @Query(() => PartnerOrganization, {
    nullable: true,
    description: "The partner organisation with this id; null when there is none that you may see.",
  })
  partnerOrganization(
    @Arg("id", () => ID) id: string,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, partnerOrganizations, id);
  }

  @Query(() => PartnerOrganizationConnection, {
    nullable: true,
    description: "The partner organisations that you may see.",
  })
  partnerOrganizations(
    @Args(() => PageArgs) page: PageArgs,
    @Directive(SCAN_COST)
    @Arg("filter", () => partnerOrganizationFilter.input, { nullable: true })
    filter: FilterValue | null,
    @Arg("orderBy", () => [partnerOrganizationOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, partnerOrganizations, () => ({
      page,
      order: partnerOrganizationOrder.toKeys(orderBy),
      where: partnerOrganizationFilter.toSql(filter, ctx.viewer),
    }));
  }

  @Directive("@listSize(assumedSize: 10)")
  @Query(() => [PartnerOrganizationCandidate], {
    nullable: true,
    description: "The organizations that one to be registered could be, the likest first; at most 10.",
  })
  async similarPartnerOrganizations(
    @Args(() => LikenessArgs) likeness: LikenessArgs,
    @Ctx() ctx: SubgraphContext,
  ): Promise<PartnerOrganizationCandidate[]> {
    const found = await similarOrganizations(ctx.db, ctx.viewer, likeness);
    return found.map(({ id, score }) => ({ organizationId: id, score }));
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [Contact], {
    description:
      "Whom to talk to there, the first to ask first: for its own people and those of the parties of a partnership with it; empty for everybody else.",
  })
  contacts(
    @Root() organization: PartnerOrganization,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parent = { column: column("c.organization_id"), key: organization.id };
    return loadList(ctx, info, contacts, parent, column("c.position"));
  }

  @FieldResolver(() => PartnershipConnection, {
    description: "The partnerships it is a party of, as far as you may see them.",
  })
  partnerships(
    @Root() organization: PartnerOrganization,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => partnershipFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [partnershipOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return partnershipsOfParty(ctx, info, organization.id, { page, filter, orderBy });
  }
}

@Resolver(() => PartnerOrganizationCandidate)
export class PartnerOrganizationCandidateResolver {
  @FieldResolver(() => PartnerOrganization, { nullable: true, description: "The organization." })
  organization(
    @Root() { organizationId }: PartnerOrganizationCandidate,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, partnerOrganizations, organizationId);
  }
}
