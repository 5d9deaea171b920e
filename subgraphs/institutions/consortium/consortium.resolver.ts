import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import { institutions } from "../institution/institution.list.ts";
import { Institution } from "../institution/institution.ts";
import { consortia, consortiumOrder, membershipOrder, memberships } from "./consortium.list.ts";
import { Consortium, ConsortiumConnection, Membership, MembershipConnection } from "./consortium.ts";

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
    return loadPage(ctx, info, consortia, { page, order: consortiumOrder.toKeys(orderBy) });
  }

  @FieldResolver(() => MembershipConnection, { description: "Its members, present and past." })
  members(
    @Root() consortium: Consortium,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("orderBy", () => [membershipOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, memberships, {
      page,
      order: membershipOrder.toKeys(orderBy),
      parent: { column: column("m.consortium_id"), key: consortium.id, isUnbounded: true },
    });
  }
}

@Resolver(() => Membership)
export class MembershipResolver {
  @Needs("institutionId")
  @FieldResolver(() => Institution, { nullable: true, description: "The institution." })
  institution(
    @Root() { institutionId }: Membership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, institutions, institutionId);
  }

  @Needs("consortiumId")
  @FieldResolver(() => Consortium, { nullable: true, description: "The consortium." })
  consortium(
    @Root() { consortiumId }: Membership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, consortia, consortiumId);
  }
}
