import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { SCAN_COST } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { figureFilter, figuresOfIndicator } from "../figure/figure.list.ts";
import { FigureConnection } from "../figure/figure.ts";
import { indicatorFilter, indicatorOrder, indicators } from "./indicator.list.ts";
import { Indicator, IndicatorConnection } from "./indicator.ts";

@Resolver(() => Indicator)
export class IndicatorResolver {
  @Query(() => Indicator, {
    nullable: true,
    description: "One indicator by exactly one of its keys; null when there is none.",
  })
  indicator(
    @Arg("id", () => ID, { nullable: true }) id: string | null,
    @Arg("code", () => ID, { nullable: true }) code: string | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if ((id == null) === (code == null)) {
      throw new DomainError(
        "BAD_USER_INPUT",
        `Expected exactly one of "id" and "code"; got ${id == null ? "neither" : "both"}.`,
        { field: "id" },
      );
    }
    return loadRecord(ctx, info, indicators, (id ?? code)!, id == null ? "code" : "id");
  }

  @Query(() => IndicatorConnection, { nullable: true, description: "All indicators: definitions are open." })
  indicators(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => indicatorFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [indicatorOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, indicators, () => ({
      page,
      order: indicatorOrder.toKeys(orderBy),
      where: indicatorFilter.toSql(filter, ctx.viewer),
    }));
  }

  // Filtered or not: those that the caller may not see are looked at, too.
  @Directive(SCAN_COST)
  @Needs("no")
  @FieldResolver(() => FigureConnection, {
    description:
      "Its figures, as far as you may see them: period by period, then by subject and student group, each in the order in which they were registered.",
  })
  figures(
    @Root() { no }: Indicator,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => figureFilter.input, { nullable: true }) filter: FilterValue | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return figuresOfIndicator(ctx, info, no, { page, filter });
  }
}
