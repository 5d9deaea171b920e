import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { PartnershipConnection } from "../partnership/partnership.ts";
import { partnershipFilter, partnershipOrder, partnershipsOfParty } from "../partnership/partnership.list.ts";
import { Institution } from "./institution.stub.ts";

@Resolver(() => Institution)
export class InstitutionResolver {
  @FieldResolver(() => PartnershipConnection, {
    nullable: true,
    description: "The partnerships it is a party of, as far as you may see them.",
  })
  partnerships(
    @Root() institution: Institution,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => partnershipFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [partnershipOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return partnershipsOfParty(ctx, info, institution.id, { page, filter, orderBy });
  }
}
