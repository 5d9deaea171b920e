import sql, { empty, join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { DomainError } from "../errors.ts";
import type { CursorSeal, CursorValue } from "./cursor.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** Most rows that one page may have. */
const PAGE_LIMIT = 100;

/** What a caller asks of a connection. */
export interface PageRequest {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** One part of a list's order: an expression that is never null. The id always comes last. */
export interface SortKey {
  readonly name: string;
  readonly expression: Sql;
  readonly direction: "ASC" | "DESC";
}

/** A page as SQL needs it: what to compare, how to sort, how many rows. */
export interface PagePlan {
  readonly keys: readonly SortKey[];
  readonly order: string;
  readonly size: number;
  /** True when the page is read from its end, for `last`: rows come reversed. */
  readonly isBackward: boolean;
  readonly hasCursor: boolean;
  /** What hides the values of its cursors, where that is needed. */
  readonly seal: CursorSeal | undefined;
  /** Condition that starts the page behind its cursor; empty without one. */
  readonly behindCursor: Sql;
  readonly orderBy: Sql;
}

/** A Relay connection's rows and where the page ends. */
export interface Page<Row> {
  readonly nodes: Row[];
  readonly edges: { cursor: string; node: Row }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** Checks what a caller asked of a connection and turns it into parts of SQL. */
export function planPage(request: PageRequest, keys: readonly SortKey[], seal?: CursorSeal): PagePlan {
  const isBackward = request.first == null && request.last != null;
  const size = pageSize(request);
  const order = keys.map((key) => `${key.name}${key.direction === "ASC" ? "+" : "-"}`).join("");
  const [argument, cursor] = isBackward
    ? (["before", request.before] as const)
    : (["after", request.after] as const);
  const values = cursor == null ? null : decodeCursor(cursor, order, keys.length, argument, seal);
  const directed: readonly SortKey[] = isBackward
    ? keys.map((key) => ({ ...key, direction: opposite(key.direction) }))
    : keys;
  return {
    keys,
    order,
    size,
    isBackward,
    hasCursor: values !== null,
    seal,
    behindCursor: values ? behind(directed, values) : empty,
    orderBy: join(
      directed.map((key) => sql`${key.expression} ${raw(key.direction)}`),
      ", ",
    ),
  };
}

function pageSize({ first, last, after, before }: PageRequest): number {
  if ((first == null) === (last == null)) {
    throw badPage(
      `Expected either "first" or "last", from 1 to ${PAGE_LIMIT}; got ${first == null ? "neither" : "both"}.`,
      "first",
    );
  }
  const [name, size] = first != null ? (["first", first] as const) : (["last", last!] as const);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_LIMIT) {
    throw badPage(`Argument "${name}" expects a number from 1 to ${PAGE_LIMIT}; got ${size}.`, name);
  }
  const stray = first != null ? before : after;
  if (stray != null) {
    throw badPage(
      `"after" goes with "first" and "before" with "last"; got the other way round.`,
      first != null ? "before" : "after",
    );
  }
  return size;
}

const badPage = (message: string, field: string) => new DomainError("BAD_USER_INPUT", message, { field });

function opposite(direction: SortKey["direction"]): SortKey["direction"] {
  return direction === "ASC" ? "DESC" : "ASC";
}

/**
 * Rows strictly behind a row in the list's order. `a >= ? AND (a > ? OR (a = ? AND …))`: the first comparison
 * lets MariaDB read a range of the index, which it doesn't do for a row-value comparison.
 */
function behind(keys: readonly SortKey[], values: readonly CursorValue[]): Sql {
  const [key, ...rest] = keys;
  const value = values[0];
  const compare = raw(key!.direction === "ASC" ? ">" : "<");
  const strictly = sql`${key!.expression} ${compare} ${value}`;
  if (rest.length === 0) return strictly;
  const tied = sql`${key!.expression} = ${value} AND ${behind(rest, values.slice(1))}`;
  return sql`(${key!.expression} ${compare}= ${value} AND (${strictly} OR (${tied})))`;
}

/** The sort values of each row, as columns `__k0`, `__k1`… beside the record's own. */
export function keyColumns(keys: readonly SortKey[]): Sql {
  return join(
    keys.map((key, index) => sql`${key.expression} AS ${raw(`__k${index}`)}`),
    ", ",
  );
}

/** Makes a connection of the rows read for a plan: one more than the page's size tells that there are more. */
export function toPage<Row extends object>(plan: PagePlan, rows: Row[]): Page<Row> {
  const hasMore = rows.length > plan.size;
  // A copy: a parent that stands twice in an answer gets the same rows twice.
  const nodes = rows.slice(0, plan.size);
  if (plan.isBackward) nodes.reverse();
  const cursor = (row: Row) =>
    encodeCursor(
      plan.order,
      plan.keys.map((_, index) => (row as Record<string, CursorValue>)[`__k${index}`]!),
      plan.seal,
    );
  return {
    nodes,
    get edges() {
      return nodes.map((node) => ({ cursor: cursor(node), node }));
    },
    get pageInfo() {
      return {
        hasNextPage: plan.isBackward ? plan.hasCursor : hasMore,
        hasPreviousPage: plan.isBackward ? hasMore : plan.hasCursor,
        startCursor: nodes.length > 0 ? cursor(nodes[0]!) : null,
        endCursor: nodes.length > 0 ? cursor(nodes[nodes.length - 1]!) : null,
      };
    },
  };
}
