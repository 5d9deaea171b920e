import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import { column } from "../../../shared/graphql/order.ts";
import { CreateConsortiumInput } from "./consortium.inputs.ts";
import { consortia, consortiumOrder, membershipOrder, memberships } from "./consortium.list.ts";
import { createConsortium } from "./consortium.service.ts";
import { Consortium, ConsortiumConnection } from "./consortium.ts";
import { MembershipConnection } from "./membership.ts";

@Resolver(() => Consortium)
export class ConsortiumResolver {
  @Query(() => Consortium, {
    nullable: true,
    description: "The consortium with this id; null when there is none.",
  })
  consortium(@Arg("id", () => ID) id: string, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, consortia, id);
  }

  @Query(() => ConsortiumConnection, { nullable: true, description: "All consortia." })
  consortia(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("orderBy", () => [consortiumOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, consortia, () => ({ page, order: consortiumOrder.toKeys(orderBy) }));
  }

  @Mutation(() => Consortium, {
    nullable: true,
    description: "Creates a consortium without members; whoever creates it becomes its admin.",
  })
  async createConsortium(
    @Arg("input", () => CreateConsortiumInput) input: CreateConsortiumInput,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, consortia, await createConsortium(ctx, input));
  }

  @FieldResolver(() => MembershipConnection, {
    description:
      "Its members, present and past; for its admins and the institutions concerned also those invited.",
  })
  members(
    @Root() consortium: Consortium,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("orderBy", () => [membershipOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const list = () => ({ page, order: membershipOrder.toKeys(orderBy) });
    const parent = { column: column("m.consortium_id"), key: consortium.id, isUnbounded: true };
    return loadPage(ctx, info, memberships, list, parent);
  }
}
