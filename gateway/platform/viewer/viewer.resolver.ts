import type { GraphQLResolveInfo } from "graphql";
import { Ctx, Directive, FieldResolver, Info, Query, Resolver } from "type-graphql";
import { loadRecord } from "../../../shared/data/loaders.ts";
import type { PlatformContext } from "../context.ts";
import { apiKeys } from "../key/api-key.list.ts";
import type { NodeStub } from "../node/node.ts";
import { Node, nodeStub } from "../node/node.ts";
import { people } from "../person/person.list.ts";
import { Credential, Viewer, ViewerMembership } from "./viewer.ts";

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: "Who is asking." })
  viewer(@Ctx() { viewer }: PlatformContext): Viewer {
    return viewer;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The person's name, or the service key's; null for a visitor, and where nobody has said a name.",
  })
  async name(@Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo): Promise<string | null> {
    const { id, kind } = ctx.viewer;
    if (id === null) return null;
    const row = await loadRecord(ctx, info, kind === "SERVICE" ? apiKeys : people, id);
    return (row?.["name"] as string | null | undefined) ?? null;
  }

  @FieldResolver(() => Credential, { description: "What this request is signed in by." })
  credential(@Ctx() { caller }: PlatformContext): Credential {
    return caller.credential;
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [String], {
    nullable: true,
    description:
      "What the credential may be used for: the scopes of a key or a token; null where none are told.",
  })
  scopes(@Ctx() { caller }: PlatformContext): readonly string[] | null {
    return caller.scopes;
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [Node], {
    description: "The institutions and partner organisations they belong to.",
  })
  organisations(@Ctx() { viewer }: PlatformContext): NodeStub[] {
    return viewer.organisationIds.flatMap((id) => nodeStub(id) ?? []);
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [ViewerMembership], {
    description: "The consortia they are a member of, with their roles.",
  })
  memberships(@Ctx() { viewer }: PlatformContext): ViewerMembership[] {
    return viewer.consortia.map(({ id, roles }) => ({ consortium: { id }, roles }));
  }
}
