import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadList, loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import type { ListArgs } from "../../../shared/graphql/list.ts";
import { HistoryConnection } from "../../../shared/write/history.ts";
import { SCAN_COST } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import { Consortium } from "../consortium/consortium.stub.ts";
import { partnerOrganizations } from "../partner-organization/partner-organization.list.ts";
import { partnershipFilter, partnershipOrder, partnershipParties, partnerships } from "./partnership.list.ts";
import { changes } from "../changes.ts";
import { PartnershipStage, PartyKind } from "./partnership.enums.ts";
import { NEXT_STAGES } from "./partnership.stages.ts";
import { PartnershipParty, Party } from "./partnership-party.ts";
import { Partnership, PartnershipConnection } from "./partnership.ts";

@Resolver(() => Partnership)
export class PartnershipResolver {
  @Query(() => Partnership, {
    nullable: true,
    description: "The partnership with this id; null when there is none that you may see.",
  })
  partnership(
    @Arg("id", () => ID) id: string,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, partnerships, id);
  }

  @Query(() => PartnershipConnection, { nullable: true, description: "The partnerships that you may see." })
  partnerships(
    @Args(() => PageArgs) page: PageArgs,
    @Directive(SCAN_COST)
    @Arg("filter", () => partnershipFilter.input, { nullable: true })
    filter: FilterValue | null,
    @Arg("orderBy", () => [partnershipOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, partnerships, () => ({
      page,
      order: partnershipOrder.toKeys(orderBy),
      where: partnershipFilter.toSql(filter, ctx.viewer),
    }));
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [PartnershipParty], { description: "Its two or more parties, the lead first." })
  parties(@Root() partnership: Partnership, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    const parent = { column: column("pp.partnership_id"), key: partnership.id };
    return loadList(ctx, info, partnershipParties, parent, column("pp.position, pp.party_id"));
  }

  @Needs("stage")
  @FieldResolver(() => [PartnershipStage], {
    description: "The stages that it can go to from its own; empty where it has ended.",
  })
  nextStages(@Root() { stage }: Partnership): readonly PartnershipStage[] {
    return NEXT_STAGES[stage];
  }

  @FieldResolver(() => HistoryConnection, {
    description: "The changes of it and of all that hangs on it, newest first, as far as you may see them.",
  })
  timeline(
    @Root() { id }: Partnership,
    @Args(() => changes.args) args: ListArgs,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return changes.load(ctx, info, args, { column: column("h.scope_id"), key: id, isUnbounded: true });
  }

  @Needs("consortiumId")
  @FieldResolver(() => Consortium, { nullable: true, description: "The consortium it belongs to." })
  consortium(@Root() { consortiumId }: Partnership): Consortium {
    return { id: consortiumId };
  }
}

@Resolver(() => PartnershipParty)
export class PartnershipPartyResolver {
  @FieldResolver(() => Party, {
    nullable: true,
    description: "The party itself; null when it isn't yours to see.",
  })
  async party(
    @Root() { partyId, partyKind }: PartnershipParty,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (partyKind === PartyKind.INSTITUTION) return { __typename: "Institution", id: partyId };
    const organization = await loadRecord(ctx, info, partnerOrganizations, partyId);
    return organization && { ...organization, __typename: "PartnerOrganization" };
  }
}
