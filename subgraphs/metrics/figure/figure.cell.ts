import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import type { Key, SubgraphContext } from "../../../shared/data/loaders.ts";
import { inList } from "../../../shared/data/loaders.ts";
import type { ProtectedCell } from "../disclosure/cell.ts";
import type { Part } from "../disclosure/complement.ts";
import { protectParts } from "../disclosure/complement.ts";
import { DEFAULT_POLICY } from "../disclosure/policy.ts";
import type { Measure } from "../disclosure/protect.ts";
import { protect } from "../disclosure/protect.ts";
import { isNewest, wantedObservations } from "../observation/observation.list.ts";
import type { FigureKey } from "./figure.seal.ts";
import type { FigureRow } from "./figure.ts";

/** What decides on a figure's cell besides what was reported: its measure, and what its group is a part of. */
type Kind = Measure & { readonly dimension: string | null };

/** A figure's value as it may be shown; the parts of a dimension are decided on together. */
export async function cellOfFigure(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  row: FigureRow,
): Promise<ProtectedCell> {
  const { indicatorNo, groupNo } = row;
  const kind = await loadKind(ctx, info, indicatorNo, groupNo);
  if (!kind)
    throw new Error(`Observations name indicator ${indicatorNo} and group ${groupNo}; one is missing.`);
  if (kind.dimension === null) return protect(row, kind, DEFAULT_POLICY);
  const cells = await loadParts(ctx, info, row);
  // A figure that is gone by now has no parts any more.
  return cells?.get(groupNo) ?? protect({ n: null, x: null, value: null }, kind, DEFAULT_POLICY);
}

/** The measures and dimensions of all figures of a field in one statement. */
function loadKind(ctx: SubgraphContext, info: GraphQLResolveInfo, indicatorNo: number, groupNo: number) {
  return ctx.loaders.load<Kind>(info, "kinds of figures", `${indicatorNo}/${groupNo}`, async (keys) => {
    const numbers = keys.map(numbersOf);
    const indicators = inList([...new Set(numbers.map(([indicator]) => indicator!))]);
    const groups = inList([...new Set(numbers.map(([, group]) => group!))]);
    const rows = await ctx.db.read<Kind & { indicatorNo: number; groupNo: number }>(
      sql`SELECT i.no AS indicatorNo, g.no AS groupNo, i.type, i.unit, g.dimension FROM indicator i CROSS JOIN student_group g WHERE i.no IN (${indicators}) AND g.no IN (${groups})`,
    );
    return new Map(rows.map((row) => [`${row.indicatorNo}/${row.groupNo}`, row]));
  });
}

/** A part of a dimension, and what it is of. */
type PartRow = Part & Kind & FigureKey;

/**
 * The cells of all groups that a subject's figures of an indicator and a period are divided by, whatever of them the
 * field shows; those of all figures of a field in one statement.
 */
function loadParts(ctx: SubgraphContext, info: GraphQLResolveInfo, row: FigureKey) {
  return ctx.loaders.load<Map<number, ProtectedCell>>(info, "parts", divided(row), async (keys) => {
    const wanted = wantedObservations(
      ctx.db.dialect,
      ["subject_no", "indicator_no", "period_no"],
      keys.map(numbersOf),
    );
    const rows = await ctx.db.read<PartRow>(
      sql`SELECT o.subject_no AS subjectNo, o.indicator_no AS indicatorNo, o.period_no AS periodNo, o.group_no AS groupNo, o.n, o.x, o.value, i.type, i.unit, g.dimension FROM ${wanted} JOIN student_group g ON g.no = o.group_no JOIN indicator i ON i.no = o.indicator_no WHERE g.dimension IS NOT NULL AND ${isNewest}`,
    );
    const cells = new Map<Key, Map<number, ProtectedCell>>();
    for (const parts of groupedBy(rows, (part) => `${divided(part)} ${part.dimension}`)) {
      const [first] = parts;
      const known = cells.get(divided(first)) ?? [];
      cells.set(divided(first), new Map([...known, ...protectParts(parts, first, DEFAULT_POLICY)]));
    }
    return cells;
  });
}

/** What is divided into groups. */
const divided = ({ subjectNo, indicatorNo, periodNo }: FigureKey) =>
  `${subjectNo}/${indicatorNo}/${periodNo}`;

const numbersOf = (key: Key) => String(key).split("/").map(Number);

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): Iterable<[T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups.values();
}
