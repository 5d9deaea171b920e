import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { Consortium } from "../consortium/consortium.stub.ts";
import { periodFilter, periodOrder, periods } from "./period.list.ts";
import { Period, PeriodConnection } from "./period.ts";

@Resolver(() => Period)
export class PeriodResolver {
  @Query(() => PeriodConnection, {
    nullable: true,
    description: "The periods that figures are given for, of every consortium.",
  })
  periods(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => periodFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [periodOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, periods, () => ({
      page,
      order: periodOrder.toKeys(orderBy),
      where: periodFilter.toSql(filter, ctx.viewer),
    }));
  }

  @Needs("consortiumId")
  @FieldResolver(() => Consortium, {
    nullable: true,
    description: "The consortium whose period it is: terms differ between consortia.",
  })
  consortium(@Root() { consortiumId }: Period): Consortium {
    return { id: consortiumId };
  }
}
