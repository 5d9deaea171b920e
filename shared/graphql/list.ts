import type { GraphQLResolveInfo } from "graphql";
import sql, { raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { ClassType } from "type-graphql";
import { ArgsType, Directive, Field, Float, getMetadataStorage, ID, Int } from "type-graphql";
import { isDeclaredFor, tableOf } from "../data/entity.ts";
import type { Parent, RecordSource, SubgraphContext } from "../data/loaders.ts";
import { loadPage } from "../data/loaders.ts";
import { PageArgs } from "./connection.ts";
import type { Filter, FilterField, FilterValue } from "./filter.ts";
import {
  BooleanFilter,
  DateFilter,
  DateTimeFilter,
  enumFilter,
  FloatFilter,
  IdFilter,
  IntFilter,
  SCAN_COST,
  StringFilter,
} from "./filter.ts";
import type { Order } from "./order.ts";
import { DateScalar, DateTimeScalar } from "./scalars.ts";

/** The arguments of a list field. */
export interface ListArgs extends PageArgs {
  readonly filter?: FilterValue | null;
  readonly orderBy?: never[] | null;
}

/** A list of records: its arguments, and how a page of it is loaded, of the whole network or of one parent. */
export interface List {
  readonly source: RecordSource;
  readonly args: ClassType<ListArgs>;
  load(
    ctx: SubgraphContext,
    info: GraphQLResolveInfo,
    args: ListArgs,
    parent?: Parent,
  ): ReturnType<typeof loadPage>;
}

const FILTERS = new Map<unknown, ClassType>([
  [String, StringFilter],
  [ID, IdFilter],
  [Int, IntFilter],
  [Float, FloatFilter],
  [Boolean, BooleanFilter],
  [DateScalar, DateFilter],
  [DateTimeScalar, DateTimeFilter],
]);

/** An API field of an entity, with the column behind it. */
function fieldOf(entity: Function, alias: string, name: string) {
  const { fields } = getMetadataStorage();
  const field = fields.find((each) => isDeclaredFor(entity, each.target) && each.name === name);
  const { byProperty } = tableOf(entity);
  const column = byProperty.get(name);
  if (!column) throw new Error(`${entity.name} has no column "${name}" to filter or sort by.`);
  const key = byProperty.get(`${name}Key`);
  return {
    column,
    path: raw(`${alias}.${column.column}`),
    folded: key ? raw(`${alias}.${key.column}`) : undefined,
    type: field?.getType() ?? (name.endsWith("Id") ? ID : undefined),
    description: field?.description ?? "The record's id.",
  };
}

/**
 * The filter fields of some of an entity's columns: their types, columns and descriptions come from the entity. A
 * column that ends in `Id` and is no API field is compared as an id.
 */
export function filterFields(
  entity: Function,
  alias: string,
  names: readonly string[],
): Record<string, FilterField> {
  const { enums } = getMetadataStorage();
  return Object.fromEntries(
    names.map((name) => {
      const { path, folded, type, description } = fieldOf(entity, alias, name);
      const known = enums.find(({ enumObj }) => enumObj === type);
      const filter = known ? enumFilter(known.name, known.enumObj) : FILTERS.get(type);
      if (!filter) throw new Error(`No filter compares ${entity.name}.${name}.`);
      return [name, { type: filter, column: path, description, ...(folded ? { folded } : {}) }];
    }),
  );
}

/** The values that stand for nothing in an order, by SQL type: nothing comes first. */
const LEAST: Readonly<Record<string, Sql>> = {
  date: sql`'0001-01-01'`,
  datetime: sql`'0001-01-01 00:00:00.000000'`,
  varchar: sql`''`,
};

/** What a list may be sorted by, from an entity's columns: `startsOn` as STARTS_ON, and so on; texts by their folded key. */
export function orderFields(entity: Function, alias: string, names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => {
      const { column, path, folded } = fieldOf(entity, alias, name);
      const value = folded ?? path;
      const expression = column.isNullable
        ? sql`COALESCE(${value}, ${LEAST[column.type] ?? raw("-1")})`
        : value;
      const constant = name.replace(/[A-Z]/g, "_$&").toUpperCase();
      const nulls = column.isNullable ? "; those without one come first" : "";
      return [constant, { expression, description: `By ${name}${nulls}.` }];
    }),
  );
}

/** Declares a list: what it is a list of, how it is filtered and sorted. */
export function defineList(source: RecordSource, filter: Filter, order: Order): List {
  @ArgsType()
  class Args extends PageArgs {}
  Field(() => filter.input, { nullable: true, description: "Which records to list." })(
    Args.prototype,
    "filter",
  );
  Directive(SCAN_COST)(Args.prototype, "filter");
  Field(() => [order.input], { nullable: true, description: "How they are sorted." })(
    Args.prototype,
    "orderBy",
  );
  return {
    source,
    args: Args as ClassType<ListArgs>,
    load: (ctx, info, args, parent) =>
      loadPage(
        ctx,
        info,
        source,
        () => ({
          page: args,
          order: order.toKeys(args.orderBy),
          where: filter.toSql(args.filter, ctx.viewer),
        }),
        parent,
      ),
  };
}
