import type { GraphQLResolveInfo } from "graphql";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { Role, Viewer } from "../../../shared/auth/viewer.ts";
import type { RecordSource, SubgraphContext } from "../../../shared/data/loaders.ts";
import { inList } from "../../../shared/data/loaders.ts";
import { institutionShares } from "../../../shared/projection/membership.ts";
import { belongsToVisiblePartnership } from "../../../shared/projection/partnership.ts";
import { Subject } from "./subject.ts";

/**
 * Who may see the figures of a subject: with a partnership, whoever may see that; else everybody, the members of
 * its consortium, or its own people. Members see what is shared at tier FIGURES: a partnership by all members among
 * its parties, an institution by itself. A program or partnership whose partnership is unknown stays hidden.
 */
export function subjectIsVisible(viewer: Viewer, alias: string): Sql {
  const column = (name: string) => raw(`${alias}.${name}`);
  const rules = [sql`${column("visibility")} = 'PUBLIC'`];
  if (viewer.consortia.length > 0) {
    const consortia = join(viewer.consortia.map(({ id }) => id));
    const isShared = institutionShares("FIGURES", `${alias}.consortium_id`, `${alias}.subject_id`);
    rules.push(
      sql`(${column("visibility")} = 'CONSORTIUM' AND ${column("consortium_id")} IN (${consortia}) AND ${isShared})`,
    );
  }
  if (viewer.organisationIds.length > 0) {
    rules.push(sql`${column("subject_id")} IN (${join([...viewer.organisationIds])})`);
  }
  const inherits = sql`${column("partnership_id")} IS NOT NULL OR ${column("kind")} <> 'INSTITUTION'`;
  const inherited = belongsToVisiblePartnership(viewer, `${alias}.partnership_id`, "FIGURES");
  return sql`CASE WHEN ${inherits} THEN ${inherited} ELSE (${join(rules, " OR ")}) END`;
}

const KEEPERS: readonly Role[] = ["STEWARD", "ANALYST"];

/** Whose figures are a viewer's own: those of their institution, where they keep or analyse its data. */
export function subjectIsOwn(viewer: Viewer, alias: string): Sql {
  const consortia = viewer.consortia.filter(({ roles }) => roles.some((role) => KEEPERS.includes(role)));
  if (consortia.length === 0 || viewer.organisationIds.length === 0) return sql`1 = 0`;
  const column = (name: string) => raw(`${alias}.${name}`);
  const isTheirs = sql`${column("subject_id")} IN (${join([...viewer.organisationIds])})`;
  const isThere = sql`${column("consortium_id")} IN (${join(consortia.map(({ id }) => id))})`;
  return sql`(${column("kind")} = 'INSTITUTION' AND ${isTheirs} AND ${isThere})`;
}

/** How subjects are read, by those who hold a figure of theirs. */
export const subjects: RecordSource = {
  record: Subject,
  alias: "s",
  visible: (viewer) => subjectIsVisible(viewer, "s"),
  always: ["no", "kind", "subjectId", "consortiumId"],
};

/**
 * The numbers under which observations know a record, as far as its figures are the viewer's to see: one for each
 * consortium that measures it, mostly one.
 */
export async function visibleSubjectNumbers(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  subjectId: string,
): Promise<number[]> {
  const found = await ctx.loaders.load(info, "subject numbers", subjectId, async (ids) => {
    const rows = await ctx.db.read<{ no: number; subject_id: string }>(
      sql`SELECT s.no, s.subject_id FROM subject s WHERE s.subject_id IN (${inList(ids)}) AND ${subjects.visible(ctx.viewer)} = 1`,
    );
    const numbers = new Map<string | number, number[]>();
    for (const { no, subject_id } of rows) numbers.set(subject_id, [...(numbers.get(subject_id) ?? []), no]);
    return numbers;
  });
  return found ?? [];
}
