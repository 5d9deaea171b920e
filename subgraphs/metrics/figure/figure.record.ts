import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import type { Row, SubgraphContext } from "../../../shared/data/loaders.ts";
import { propertiesAskedFor, selectList } from "../../../shared/data/select.ts";
import { isNewest, observations, wantedObservations } from "../observation/observation.list.ts";
import type { FigureKey } from "./figure.seal.ts";
import { sealOf } from "./figure.seal.ts";

const KEY = ["subjectNo", "indicatorNo", "periodNo", "groupNo"] as const satisfies (keyof FigureKey)[];
const COLUMNS = ["subject_no", "indicator_no", "period_no", "group_no"];

const nameOf = (key: FigureKey) => KEY.map((name) => key[name]).join("/");

/** The observation behind a figure by the figure's id; null when there is none that the viewer may see. */
export async function loadFigure(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  id: string,
): Promise<Row | null> {
  const key = (await sealOf(ctx.db)).keyOf(id);
  if (!key) return null;
  return ctx.loaders.load<Row>(info, "figures by id", nameOf(key), async (keys) => {
    const metadata = ctx.db.source.getMetadata(observations.record);
    const properties = propertiesAskedFor(info, metadata, [[]], KEY, observations.guarded);
    const wanted = wantedObservations(
      ctx.db.dialect,
      COLUMNS,
      keys.map((each) => String(each).split("/").map(Number)),
    );
    const rows = await ctx.db.read<Row & FigureKey>(
      sql`SELECT ${selectList(metadata, observations, ctx.viewer, properties)} FROM ${wanted} WHERE ${observations.visible(ctx.viewer)} AND ${isNewest}`,
    );
    return new Map(rows.map((row) => [nameOf(row), row]));
  });
}
