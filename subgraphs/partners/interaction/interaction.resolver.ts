import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { inList } from "../../../shared/data/loaders.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { Partnership } from "../partnership/partnership.ts";
import { interactionKind } from "./interaction.kind.ts";

/** How recently the parties of a partnership were in touch. */
@Resolver(() => Partnership)
export class LastInteractionResolver {
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description: "The day on which its parties were last in touch; null when no interaction is logged.",
  })
  lastInteractionOn(
    @Root() { id }: Partnership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<string | null> {
    return ctx.loaders.load(info, "last interaction", id, async (ids) => {
      const rows = await ctx.db.read<{ id: string; held_on: string }>(
        sql`SELECT ia.partnership_id AS id, MAX(ia.held_on) AS held_on FROM interaction ia WHERE ia.partnership_id IN (${inList(ids)}) AND ia.held_on <= ${today()} AND ${interactionKind.source.visible(ctx.viewer)} GROUP BY ia.partnership_id`,
      );
      return new Map(rows.map((row) => [row.id, row.held_on]));
    });
  }
}
