import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { SCAN_COST } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { CohortConnection } from "../cohort/cohort.ts";
import { cohortFilter, cohortOrder, listCohorts } from "../cohort/cohort.list.ts";
import { Institution } from "../institution/institution.stub.ts";
import { Partnership } from "../partnership/partnership.stub.ts";
import { Party } from "./party.ts";
import { listPrograms, programFilter, programOrder, programs } from "./program.list.ts";
import { Program, ProgramConnection } from "./program.ts";

@Resolver(() => Program)
export class ProgramResolver {
  @Query(() => Program, {
    nullable: true,
    description: "The program with this id; null when there is none that you may see.",
  })
  program(@Arg("id", () => ID) id: string, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, programs, id);
  }

  @Query(() => ProgramConnection, { nullable: true, description: "The programs that you may see." })
  programs(
    @Args(() => PageArgs) page: PageArgs,
    @Directive(SCAN_COST)
    @Arg("filter", () => programFilter.input, { nullable: true })
    filter: FilterValue | null,
    @Arg("orderBy", () => [programOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return listPrograms(ctx, info, { page, filter, orderBy });
  }

  @Needs("partnershipId")
  @FieldResolver(() => Partnership, {
    nullable: true,
    description: "The partnership it is run under; null only while that cannot be read.",
  })
  partnership(@Root() { partnershipId }: Program): Partnership {
    return { id: partnershipId };
  }

  @Needs("providerId")
  @FieldResolver(() => Party, {
    nullable: true,
    description: "The party that provides it; null when not known or not yours to see.",
  })
  provider(@Root() { providerId }: Program) {
    return providerId && { id: providerId };
  }

  @Needs("hostId")
  @FieldResolver(() => Institution, {
    nullable: true,
    description: "The institution it takes place at; null when it takes place at none.",
  })
  host(@Root() { hostId }: Program) {
    return hostId && { id: hostId };
  }

  @FieldResolver(() => CohortConnection, { description: "The groups of participants that go through it." })
  cohorts(
    @Root() program: Program,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => cohortFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [cohortOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return listCohorts(ctx, info, { page, filter, orderBy }, program.id);
  }
}
