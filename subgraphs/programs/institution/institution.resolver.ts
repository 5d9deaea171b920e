import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { listPrograms, programFilter, programOrder } from "../program/program.list.ts";
import { ProgramConnection } from "../program/program.ts";
import { Institution } from "./institution.stub.ts";

@Resolver(() => Institution)
export class InstitutionResolver {
  @FieldResolver(() => ProgramConnection, {
    nullable: true,
    description: "The programs that take place at it, as far as you may see them.",
  })
  programs(
    @Root() institution: Institution,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => programFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [programOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return listPrograms(ctx, info, { page, filter, orderBy }, { side: "host_id", key: institution.id });
  }
}
