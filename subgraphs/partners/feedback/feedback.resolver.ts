import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { inList } from "../../../shared/data/loaders.ts";
import { Partnership } from "../partnership/partnership.ts";
import { feedbackKind } from "./feedback.kind.ts";
import { FeedbackSummary } from "./feedback.ts";

/** Fewest parties whose feedback is summed up: of two, each would know what the other says. */
const LEAST_PARTIES = 3;

type Means = { readonly [Name in keyof FeedbackSummary]: number | string };

const toTenth = (mean: number | string) => Math.round(Number(mean) * 10) / 10;

/** What people of the parties of a partnership think of it, taken together. */
@Resolver(() => Partnership)
export class FeedbackSummaryResolver {
  @FieldResolver(() => FeedbackSummary, {
    nullable: true,
    description: `The feedback of its people taken together, for people of its parties; null for others, and while fewer than ${LEAST_PARTIES} parties have given some.`,
  })
  feedbackSummary(
    @Root() { id }: Partnership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackSummary | null> {
    return ctx.loaders.load(info, "feedback summary", id, async (ids) => {
      const latest = sql`SELECT fb.*, ROW_NUMBER() OVER (PARTITION BY fb.partnership_id, fb.person_id ORDER BY fb.given_on DESC, fb.id DESC) AS place FROM feedback fb WHERE fb.partnership_id IN (${inList(ids)}) AND ${feedbackKind.source.visible(ctx.viewer)}`;
      const rows = await ctx.db.read<Means & { partnership_id: string }>(
        sql`SELECT partnership_id, COUNT(*) AS count, COUNT(DISTINCT party_id) AS partyCount, AVG(communication) AS communication, AVG(responsiveness) AS responsiveness, AVG(value) AS value FROM (${latest}) latest WHERE place = 1 GROUP BY partnership_id HAVING COUNT(DISTINCT party_id) >= ${LEAST_PARTIES}`,
      );
      return new Map(rows.map((row) => [row.partnership_id, summaryOf(row)]));
    });
  }
}

const summaryOf = ({ count, partyCount, communication, responsiveness, value }: Means): FeedbackSummary => ({
  count: Number(count),
  partyCount: Number(partyCount),
  communication: toTenth(communication),
  responsiveness: toTenth(responsiveness),
  value: toTenth(value),
});
