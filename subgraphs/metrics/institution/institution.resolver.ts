import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { figureFilter, figuresOfSubject } from "../figure/figure.list.ts";
import { FigureConnection } from "../figure/figure.ts";
import { Institution } from "./institution.stub.ts";

@Resolver(() => Institution)
export class InstitutionResolver {
  @FieldResolver(() => FigureConnection, {
    nullable: true,
    description:
      "Its figures, as far as you may see them: indicator by indicator, then by period and student group, each in the order in which they were registered.",
  })
  figures(
    @Root() { id }: Institution,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => figureFilter.input, { nullable: true }) filter: FilterValue | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return figuresOfSubject(ctx, info, id, { page, filter });
  }
}
