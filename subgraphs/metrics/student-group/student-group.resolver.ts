import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Info, Query, Resolver } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { studentGroupFilter, studentGroupOrder, studentGroups } from "./student-group.list.ts";
import { StudentGroup, StudentGroupConnection } from "./student-group.ts";

@Resolver(() => StudentGroup)
export class StudentGroupResolver {
  @Query(() => StudentGroupConnection, {
    nullable: true,
    description: "The groups of students that figures are given for; `ALL` is everybody.",
  })
  studentGroups(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => studentGroupFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [studentGroupOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, studentGroups, () => ({
      page,
      order: studentGroupOrder.toKeys(orderBy),
      where: studentGroupFilter.toSql(filter, ctx.viewer),
    }));
  }
}
