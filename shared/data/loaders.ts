import DataLoader from "dataloader";
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import { print } from "graphql";
import sql, { empty, join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { EntityTarget, ObjectLiteral } from "typeorm";
import type { AuditedReads } from "../auth/audit.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Database } from "./database.ts";
import type { Page, PageRequest, SortKey } from "./page.ts";
import { keyColumns, planPage, toPage } from "./page.ts";
import type { GuardedProperties, SelectionPath } from "./select.ts";
import { cursorsAreAskedFor, parseJson, propertiesAskedFor, selectList } from "./select.ts";
import { isAscii } from "./text.ts";

/** What every resolver receives. */
export interface SubgraphContext {
  readonly db: Database;
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  /** The client's request; null where it isn't known. */
  readonly requestId: string | null;
  /** What is read that has to be in the audit log; goes with the answer. */
  readonly audited: AuditedReads;
}

/**
 * How a record is read: its table under an alias, and which of its rows a viewer may see. The rule is part of
 * every statement, so lists, counts, cursors and references agree.
 */
export interface RecordSource {
  readonly record: EntityTarget<ObjectLiteral>;
  readonly alias: string;
  readonly visible: (viewer: Viewer) => Sql;
  /** What of a row not everybody sees who sees the row. */
  readonly guarded?: GuardedProperties;
  /** Properties that are read whatever is asked for: the key, and what tells a row's type. */
  readonly always: readonly string[];
  /** A table `(alias_id, id)` of ids that merged records have left behind. */
  readonly aliases?: string;
}

/** The side of a relation that a list hangs on. */
export interface Parent {
  /** How the record's table is joined to where the parent's key stands; absent when it is a column of its own. */
  readonly join?: Sql;
  readonly column: Sql;
  readonly key: string | number;
  /** True when one parent may have many thousands of rows: each page is then read by its own index range. */
  readonly isUnbounded?: boolean;
}

/** A list of records as a field shows it. */
export interface ListRequest {
  readonly page: PageRequest;
  readonly order: readonly SortKey[];
  readonly parent?: Parent;
  /** A join that the filter or the order needs. */
  readonly join?: Sql;
  readonly where?: readonly Sql[];
}

/** Where the records of a connection stand below its field. */
const CONNECTION: readonly SelectionPath[] = [["nodes"], ["edges", "node"]];
const ITSELF: readonly SelectionPath[] = [[]];

/** Most pages that one statement reads by an index range each; more parents are read by a window instead. */
const UNION_LIMIT = 100;

type Row = Record<string, unknown>;

/** The text of a field of an operation; made once, because documents are kept and their nodes with them. */
const texts = new WeakMap<readonly FieldNode[], string>();

function textOf(nodes: readonly FieldNode[]): string {
  let text = texts.get(nodes);
  if (text === undefined) texts.set(nodes, (text = nodes.map(print).join()));
  return text;
}

/**
 * The batches of one request: a loader for each field of the operation, so that all parents of a level are read
 * by one statement, with the columns that this field asks for. Fields of the same text are one: gateways repeat a
 * field for each type that an interface has.
 */
export class Loaders {
  private readonly byField = new Map<string, Map<string, DataLoader<string | number, unknown>>>();

  /** Forgets what was read: a mutation's next field, or what is asked of the thing changed, has to see the change. */
  forget(): void {
    this.byField.clear();
  }

  /**
   * Loads one key of a field through the batch of that field; `name` tells apart the batches one field may have.
   * A field of an interface is one batch, whatever types its parents have.
   */
  load<V>(
    info: GraphQLResolveInfo,
    name: string,
    key: string | number,
    batch: (keys: readonly (string | number)[]) => Promise<Map<string | number, V>>,
  ): Promise<V | undefined> {
    const text = textOf(info.fieldNodes);
    let named = this.byField.get(text);
    if (!named) {
      named = new Map<string, DataLoader<string | number, unknown>>();
      this.byField.set(text, named);
    }
    let loader = named.get(name);
    if (!loader) {
      loader = new DataLoader<string | number, unknown>(async (keys) => {
        const values = await batch(keys);
        return keys.map((wanted) => values.get(wanted));
      });
      named.set(name, loader);
    }
    return loader.load(key) as Promise<V | undefined>;
  }
}

/** One record by a unique key, or null when it isn't there or isn't the viewer's to see. */
export async function loadRecord(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  key: string | number,
  column = "id",
): Promise<Row | null> {
  if (typeof key === "string" && !isAscii(key)) return null;
  const metadata = ctx.db.source.getMetadata(source.record);
  const row = await ctx.loaders.load<Row>(info, `${metadata.name}.${column}`, key, async (keys) => {
    const properties = propertiesAskedFor(info, metadata, ITSELF, source.always, source.guarded);
    const { alias, aliases } = source;
    const list = selectList(metadata, source, ctx.viewer, properties);
    const wanted = inList(keys);
    const from = sql`FROM ${raw(`${metadata.tableName} ${alias}`)}`;
    const visible = source.visible(ctx.viewer);
    const direct = sql`SELECT ${raw(`${alias}.${column} AS __key`)}, ${list} ${from} WHERE ${raw(`${alias}.${column}`)} IN (${wanted}) AND ${visible}`;
    const merged =
      aliases && column === "id"
        ? sql` UNION ALL SELECT al.alias_id AS __key, ${list} ${from} JOIN ${raw(aliases)} al ON al.id = ${raw(`${alias}.id`)} WHERE al.alias_id IN (${wanted}) AND ${visible}`
        : empty;
    const rows = await ctx.db.read<Row>(sql`${direct}${merged}`);
    parseJson(metadata, properties, rows);
    return new Map(rows.map((found) => [found["__key"] as string, found]));
  });
  return row ?? null;
}

/** A page of records, of the whole network or of one parent; all parents of a level share one statement. */
export async function loadPage(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  request: ListRequest,
): Promise<
  Page<Row> & {
    count: (ctx: SubgraphContext, info: GraphQLResolveInfo) => Promise<number>;
  }
> {
  const metadata = ctx.db.source.getMetadata(source.record);
  const plan = planPage(request.page, request.order);
  const { parent } = request;
  const from = sql`FROM ${raw(`${metadata.tableName} ${source.alias}`)} ${parent?.join ?? empty} ${request.join ?? empty}`;
  const conditions = [source.visible(ctx.viewer), ...(request.where ?? [])];

  const readPages = async (keys: readonly (string | number)[]) => {
    const properties = propertiesAskedFor(info, metadata, CONNECTION, source.always, source.guarded);
    const columns = selectList(metadata, source, ctx.viewer, properties);
    const list = cursorsAreAskedFor(info) ? sql`${columns}, ${keyColumns(plan.keys)}` : columns;
    const where = join([...conditions, ...(plan.hasCursor ? [plan.behindCursor] : [])], " AND ");
    const limit = raw(String(plan.size + 1));
    let statement: Sql;
    if (!parent) {
      statement = sql`SELECT ${list} ${from} WHERE ${where} ORDER BY ${plan.orderBy} LIMIT ${limit}`;
    } else if (parent.isUnbounded && keys.length <= UNION_LIMIT) {
      statement = join(
        padded(keys).map(
          (key, index) =>
            sql`SELECT * FROM (SELECT ${parent.column} AS __parent, ${list} ${from} WHERE ${parent.column} = ${key} AND ${where} ORDER BY ${plan.orderBy} LIMIT ${limit}) ${raw(`page${index}`)}`,
        ),
        " UNION ALL ",
      );
    } else {
      statement = sql`SELECT * FROM (SELECT ${parent.column} AS __parent, ${list}, ROW_NUMBER() OVER (PARTITION BY ${parent.column} ORDER BY ${plan.orderBy}) AS __row ${from} WHERE ${parent.column} IN (${inList(keys)}) AND ${where}) pages WHERE __row <= ${limit} ORDER BY __parent, __row`;
    }
    const rows = await ctx.db.read<Row>(statement);
    parseJson(metadata, properties, rows);
    return groupBy(rows, (row) => row["__parent"] as string | number);
  };

  const count = async (keys: readonly (string | number)[]) => {
    const where = join(conditions, " AND ");
    const statement = parent
      ? sql`SELECT ${parent.column} AS __parent, COUNT(*) AS total ${from} WHERE ${parent.column} IN (${inList(keys)}) AND ${where} GROUP BY ${parent.column}`
      : sql`SELECT COUNT(*) AS total ${from} WHERE ${where}`;
    const rows = await ctx.db.read<{ __parent?: string; total: number }>(statement);
    return new Map(rows.map((row) => [row.__parent ?? WHOLE, Number(row.total)]));
  };

  const key = parent?.key ?? WHOLE;
  const side = `${metadata.tableName} by ${parent?.column.sql ?? "nothing"}`;
  const rows = parent
    ? await ctx.loaders.load(info, `page of ${side}`, key, readPages)
    : [...(await readPages([])).values()].flat();
  const page = toPage(plan, rows ?? []);
  return Object.defineProperties(
    {
      count: async (context: SubgraphContext, field: GraphQLResolveInfo) =>
        (await context.loaders.load(field, `total of ${side}`, key, count)) ?? 0,
    },
    Object.getOwnPropertyDescriptors(page),
  ) as never;
}

/** All children of a parent where there are only ever a few of them (names, parties): a plain, capped list. */
export async function loadList(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  parent: Parent,
  orderBy: Sql,
): Promise<Row[]> {
  const metadata = ctx.db.source.getMetadata(source.record);
  const rows = await ctx.loaders.load(
    info,
    `list of ${metadata.tableName} by ${parent.column.sql}`,
    parent.key,
    async (keys) => {
      const properties = propertiesAskedFor(info, metadata, ITSELF, source.always, source.guarded);
      const found = await ctx.db.read<Row>(
        sql`SELECT ${parent.column} AS __parent, ${selectList(metadata, source, ctx.viewer, properties)} FROM ${raw(`${metadata.tableName} ${source.alias}`)} ${parent.join ?? empty} WHERE ${parent.column} IN (${inList(keys)}) AND ${source.visible(ctx.viewer)} ORDER BY ${orderBy}`,
      );
      parseJson(metadata, properties, found);
      return groupBy(found, (row) => row["__parent"] as string);
    },
  );
  return rows ?? [];
}

/** The only key of a list that hangs on no parent. */
const WHOLE = "";

function groupBy(rows: Row[], keyOf: (row: Row) => string | number): Map<string | number, Row[]> {
  const groups = new Map<string | number, Row[]>();
  for (const row of rows) {
    const key = keyOf(row) ?? WHOLE;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Keys for an IN-list, padded to a power of two by repeating the last, or prepared statements multiply. */
export function inList(keys: readonly (string | number)[]): Sql {
  return join(padded(keys, keys[keys.length - 1]));
}

/** Pads to a power of two; by a key that matches nothing where repeating one would repeat its rows. */
function padded(
  keys: readonly (string | number)[],
  filler: string | number | null = null,
): (string | number | null)[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(keys.length, 1)));
  return [...keys, ...Array<typeof filler>(size - keys.length).fill(filler)];
}
