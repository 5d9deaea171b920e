import sql from "sql-template-tag";
import { Ctx, Directive, FieldResolver, Query, Resolver } from "type-graphql";
import type { PlatformContext } from "../context.ts";
import type { NodeStub } from "../node/node.ts";
import { Node, nodeStub } from "../node/node.ts";
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
  async name(@Ctx() { db, viewer: { id, kind } }: PlatformContext): Promise<string | null> {
    if (id === null) return null;
    const [row] = await db.read<{ name: string | null }>(
      kind === "SERVICE"
        ? sql`SELECT name FROM api_key WHERE id = ${id}`
        : sql`SELECT name FROM person WHERE id = ${id}`,
    );
    return row?.name ?? null;
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
