import DataLoader from "dataloader";
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import { print } from "graphql";
import sql, { empty, join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { AuditedReads } from "../auth/audit.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Database } from "./database.ts";
import type { CursorSeal } from "./cursor.ts";
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
  readonly record: Function;
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
  readonly key: Key;
  /** True when one parent may have many thousands of rows: each page is then read by its own index range. */
  readonly isUnbounded?: boolean;
}

/** A list of records as a field shows it; the same for all parents that the field is asked of. */
export interface ListRequest {
  readonly page: PageRequest;
  readonly order: readonly SortKey[];
  /** A join that the filter or the order needs. */
  readonly join?: Sql;
  readonly where?: readonly Sql[];
  /** What hides its cursors' values, where it is sorted by what the rows don't show. */
  readonly seal?: CursorSeal | undefined;
}

/** Where the records of a connection stand below its field. */
const CONNECTION: readonly SelectionPath[] = [["nodes"], ["edges", "node"]];
const ITSELF: readonly SelectionPath[] = [[]];

/** Most pages that one statement reads by an index range each; more parents are read by a window instead. */
const UNION_LIMIT = 100;

/** A row as it was read: properties by their names. */
export type Row = Record<string, unknown>;

/** The key of a field of an operation; made once, because documents are kept and their nodes with them. */
const fieldKeys = new WeakMap<readonly FieldNode[], string>();

/**
 * The text of a field with its arguments and its whole selection, and its type, by which the columns to read are
 * found. Variables and fragments are those of the one operation that a `Loaders` is for.
 */
function keyOf({ fieldNodes, returnType }: GraphQLResolveInfo): string {
  let key = fieldKeys.get(fieldNodes);
  if (key === undefined) fieldKeys.set(fieldNodes, (key = `${returnType} ${fieldNodes.map(print).join()}`));
  return key;
}

const sourceNames = new WeakMap<RecordSource, string>();
let sourcesNamed = 0;

/** A source's name in the keys of batches: two sources of one record differ in their rule of visibility. */
function nameOf(source: RecordSource): string {
  let name = sourceNames.get(source);
  if (name === undefined) sourceNames.set(source, (name = `${source.record.name}#${++sourcesNamed}`));
  return name;
}

/** The side of a relation in the keys of batches: two lists may hang on columns of one name by different joins. */
const sideOf = (source: RecordSource, parent?: Parent): string =>
  parent ? `${nameOf(source)} by ${parent.column.sql} ${parent.join?.sql ?? ""}` : nameOf(source);

/** What a value of a batch is loaded by. */
export type Key = string | number;
type ReadBatch<V> = (keys: readonly Key[]) => Promise<Map<Key, V>>;

/** Values by their keys, read together. Rows of a page ask for the same few by the thousand: they share a promise. */
class Batch<V> {
  private readonly asked = new Map<Key, Promise<V | null>>();
  private readonly loader: DataLoader<Key, V | null>;

  constructor(read: ReadBatch<V>) {
    this.loader = new DataLoader(
      async (keys) => {
        const values = await read(keys);
        return keys.map((wanted) => values.get(wanted) ?? null);
      },
      { cache: false },
    );
  }

  load(key: Key): Promise<V | null> {
    let value = this.asked.get(key);
    if (!value) this.asked.set(key, (value = this.loader.load(key)));
    return value;
  }
}

/**
 * What the parents of a field share within one operation of one viewer, above all the batches in which a level is
 * read by one statement, with the columns that this field asks for. Fields of the same text and type are one:
 * gateways repeat a field for each type that an interface has. So nothing may be kept here that depends on anything
 * above the field, but by the key of the parent that it is loaded for.
 */
export class Loaders {
  private readonly byField = new Map<string, Map<string, unknown>>();

  /** Forgets what was read: a mutation's next field, or what is asked of the thing changed, has to see the change. */
  forget(): void {
    this.byField.clear();
  }

  /** Makes something once for a field, whatever parents it is asked of; `name` tells apart what one field may have. */
  once<V>(info: GraphQLResolveInfo, name: string, make: () => V): V {
    const field = keyOf(info);
    let named = this.byField.get(field);
    if (!named) this.byField.set(field, (named = new Map<string, unknown>()));
    let made = named.get(name) as V | undefined;
    if (made === undefined) named.set(name, (made = make()));
    return made;
  }

  /** Loads one key of a field through the batch of that name; null when the batch has nothing for it. */
  load<V>(info: GraphQLResolveInfo, name: string, key: Key, read: ReadBatch<V>): Promise<V | null> {
    return this.once(info, name, () => new Batch(read)).load(key);
  }
}

/** One record by a unique key, or null when it isn't there or isn't the viewer's to see. */
export function loadRecord(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  key: Key,
  column = "id",
): Promise<Row | null> | null {
  if (typeof key === "string" && !isAscii(key)) return null;
  return ctx.loaders.load<Row>(info, `${nameOf(source)}.${column}`, key, async (keys) => {
    const metadata = ctx.db.source.getMetadata(source.record);
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
}

/** A page of records, and how many the whole list has for whoever asks. */
type CountedPage = Page<Row> & { count: () => Promise<number> };

/** A page of records, of the whole network or of one parent; all parents of a level share one statement. */
export async function loadPage(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  list: () => ListRequest,
  parent?: Parent,
): Promise<CountedPage> {
  const { plan, pages, totals } = ctx.loaders.once(info, `pages of ${sideOf(source, parent)}`, () =>
    planList(ctx, info, source, list(), parent),
  );
  const key = parent?.key ?? WHOLE;
  const rows = (await pages.load(key)) ?? [];
  return Object.assign(toPage(plan, rows), { count: async () => (await totals.load(key)) ?? 0 });
}

/** How the pages of all parents of a field are read, and the sizes of their lists. */
function planList(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  list: ListRequest,
  parent?: Parent,
) {
  const metadata = ctx.db.source.getMetadata(source.record);
  const plan = planPage(list.page, list.order, list.seal);
  const from = sql`FROM ${raw(`${metadata.tableName} ${source.alias}`)} ${parent?.join ?? empty} ${list.join ?? empty}`;
  const conditions = [source.visible(ctx.viewer), ...(list.where ?? [])];

  const readPages = async (keys: readonly Key[]) => {
    const properties = propertiesAskedFor(info, metadata, CONNECTION, source.always, source.guarded);
    const columns = selectList(metadata, source, ctx.viewer, properties);
    const selected = cursorsAreAskedFor(info) ? sql`${columns}, ${keyColumns(plan.keys)}` : columns;
    const where = join([...conditions, ...(plan.hasCursor ? [plan.behindCursor] : [])], " AND ");
    const limit = raw(String(plan.size + 1));
    let statement: Sql;
    if (!parent) {
      statement = sql`SELECT ${selected} ${from} WHERE ${where} ORDER BY ${plan.orderBy} LIMIT ${limit}`;
    } else if (parent.isUnbounded && keys.length <= UNION_LIMIT) {
      statement = join(
        padded(keys).map(
          (key, index) =>
            sql`SELECT * FROM (SELECT ${parent.column} AS __parent, ${selected} ${from} WHERE ${parent.column} = ${key} AND ${where} ORDER BY ${plan.orderBy} LIMIT ${limit}) ${raw(`page${index}`)}`,
        ),
        " UNION ALL ",
      );
    } else {
      statement = sql`SELECT * FROM (SELECT ${parent.column} AS __parent, ${selected}, ROW_NUMBER() OVER (PARTITION BY ${parent.column} ORDER BY ${plan.orderBy}) AS __row ${from} WHERE ${parent.column} IN (${inList(keys)}) AND ${where}) pages WHERE __row <= ${limit} ORDER BY __parent, __row`;
    }
    const rows = await ctx.db.read<Row>(statement);
    parseJson(metadata, properties, rows);
    return groupBy(rows, (row) => row["__parent"] as Key | undefined);
  };

  const readTotals = async (keys: readonly Key[]) => {
    const where = join(conditions, " AND ");
    const statement = parent
      ? sql`SELECT ${parent.column} AS __parent, COUNT(*) AS total ${from} WHERE ${parent.column} IN (${inList(keys)}) AND ${where} GROUP BY ${parent.column}`
      : sql`SELECT COUNT(*) AS total ${from} WHERE ${where}`;
    const rows = await ctx.db.read<{ __parent?: string; total: number }>(statement);
    return new Map<Key, number>(rows.map((row) => [row.__parent ?? WHOLE, Number(row.total)]));
  };

  // Both belong to the list: a batch of the field `totalCount` would count lists of other arguments as this one.
  return { plan, pages: new Batch(readPages), totals: new Batch(readTotals) };
}

/** All children of a parent where there are only ever a few of them (names, parties): a plain, capped list. */
export async function loadList(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  source: RecordSource,
  parent: Parent,
  orderBy: Sql,
): Promise<Row[]> {
  const rows = await ctx.loaders.load(
    info,
    `list of ${sideOf(source, parent)} in ${orderBy.sql}`,
    parent.key,
    async (keys) => {
      const metadata = ctx.db.source.getMetadata(source.record);
      const properties = propertiesAskedFor(info, metadata, ITSELF, source.always, source.guarded);
      const found = await ctx.db.read<Row>(
        sql`SELECT ${parent.column} AS __parent, ${selectList(metadata, source, ctx.viewer, properties)} FROM ${raw(`${metadata.tableName} ${source.alias}`)} ${parent.join ?? empty} WHERE ${parent.column} IN (${inList(keys)}) AND ${source.visible(ctx.viewer)} ORDER BY ${orderBy}`,
      );
      parseJson(metadata, properties, found);
      return groupBy(found, (row) => row["__parent"] as Key);
    },
  );
  return rows ?? [];
}

/** The only key of a list that hangs on no parent. */
const WHOLE = "";

function groupBy(rows: Row[], keyOf: (row: Row) => Key | undefined): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row) ?? WHOLE;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Keys for an IN-list, padded to a power of two by repeating the last, or prepared statements multiply. */
export function inList(keys: readonly Key[]): Sql {
  return join(padded(keys, keys[keys.length - 1]));
}

/** Pads to a power of two; by a key that matches nothing where repeating one would repeat its rows. */
function padded(keys: readonly Key[], filler: Key | null = null): (Key | null)[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(keys.length, 1)));
  return [...keys, ...Array<typeof filler>(size - keys.length).fill(filler)];
}
