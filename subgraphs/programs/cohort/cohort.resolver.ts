import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { SCAN_COST } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { programs } from "../program/program.list.ts";
import { Program } from "../program/program.ts";
import { cohortFilter, cohortOrder, cohorts, listCohorts } from "./cohort.list.ts";
import { Cohort, CohortConnection } from "./cohort.ts";

@Resolver(() => Cohort)
export class CohortResolver {
  @Query(() => Cohort, {
    nullable: true,
    description: "The cohort with this id; null when there is none that you may see.",
  })
  cohort(@Arg("id", () => ID) id: string, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, cohorts, id);
  }

  @Query(() => CohortConnection, { nullable: true, description: "The cohorts that you may see." })
  cohorts(
    @Args(() => PageArgs) page: PageArgs,
    @Directive(SCAN_COST)
    @Arg("filter", () => cohortFilter.input, { nullable: true })
    filter: FilterValue | null,
    @Arg("orderBy", () => [cohortOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return listCohorts(ctx, info, { page, filter, orderBy });
  }

  @Needs("programId")
  @FieldResolver(() => Program, { description: "The program it goes through." })
  program(@Root() { programId }: Cohort, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, programs, programId);
  }
}
