import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { PartnershipConnection } from "../partnership/partnership.ts";
import { partnershipFilter, partnershipOrder, partnershipsOfParty } from "../partnership/partnership.list.ts";
import {
  partnerOrganizationFilter,
  partnerOrganizationOrder,
  partnerOrganizations,
} from "./partner-organization.list.ts";
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
    @Arg("filter", () => partnerOrganizationFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [partnerOrganizationOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, partnerOrganizations, {
      page,
      order: partnerOrganizationOrder.toKeys(orderBy),
      where: partnerOrganizationFilter.toSql(filter),
    });
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
