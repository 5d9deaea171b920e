import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from "graphql";
import { getNamedType, isAbstractType, isObjectType } from "graphql";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { EntityMetadata } from "typeorm";
import type { Viewer } from "../auth/viewer.ts";

/**
 * A property that not everybody sees who sees the record. The database itself gives null to the others; no filter and
 * no order is made of it.
 */
export interface GuardedProperty {
  /** Who sees it. */
  readonly isVisible: (viewer: Viewer) => Sql;
  /** What it is where it is no column of its own, or another for each viewer. */
  readonly value?: Sql | ((viewer: Viewer) => Sql);
}

export type GuardedProperties = Readonly<Record<string, GuardedProperty>>;

/** A place below a field where its records stand: `[]` is the field itself, `["edges", "node"]` a connection's. */
export type SelectionPath = readonly string[];

const asked = new WeakMap<readonly FieldNode[], Map<string, ReadonlySet<string>>>();

/**
 * The names of the fields that an operation asks for below a field; found once per operation, because documents
 * are kept and their nodes with them. Conditions (`@skip`, `@include`) are not evaluated: a column too many is
 * read, never one too few.
 */
function fieldsAskedFor(info: GraphQLResolveInfo, paths: readonly SelectionPath[]): ReadonlySet<string> {
  const key = paths.map((path) => path.join(".")).join("|");
  let known = asked.get(info.fieldNodes);
  if (!known) asked.set(info.fieldNodes, (known = new Map<string, ReadonlySet<string>>()));
  let names = known.get(key);
  if (!names) {
    const found = new Set<string>();
    for (const path of paths) {
      for (const field of info.fieldNodes) collect(field.selectionSet, path, info, found);
    }
    known.set(key, (names = found));
  }
  return names;
}

function collect(
  selections: SelectionSetNode | undefined,
  path: SelectionPath,
  info: GraphQLResolveInfo,
  found: Set<string>,
): void {
  for (const selection of selections?.selections ?? []) {
    if (selection.kind === "Field") {
      if (path.length === 0) found.add(selection.name.value);
      else if (selection.name.value === path[0]) collect(selection.selectionSet, path.slice(1), info, found);
    } else {
      const fragment = selection.kind === "InlineFragment" ? selection : info.fragments[selection.name.value];
      collect(fragment?.selectionSet, path, info, found);
    }
  }
}

/** Whether an operation asks for a page's cursors, which are made of the values that its rows are sorted by. */
export function cursorsAreAskedFor(info: GraphQLResolveInfo): boolean {
  const names = fieldsAskedFor(info, ITSELF);
  return names.has("edges") || names.has("pageInfo");
}

const ITSELF: readonly SelectionPath[] = [[]];

/** The type of the records that stand at a path below a field. */
function typesAt(info: GraphQLResolveInfo, path: SelectionPath) {
  let type = getNamedType(info.returnType);
  for (const name of path) {
    if (!isObjectType(type)) break;
    type = getNamedType(type.getFields()[name]!.type);
  }
  if (isAbstractType(type)) return info.schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

/**
 * The properties of a record that an operation needs: the columns it names, and those that the resolvers of the
 * other fields it names declare with `@Needs`.
 */
export function propertiesAskedFor(
  info: GraphQLResolveInfo,
  record: EntityMetadata,
  paths: readonly SelectionPath[],
  always: readonly string[],
  guarded: GuardedProperties = {},
): string[] {
  const properties = new Set(always);
  const isProperty = (name: string) => name in guarded || record.findColumnWithPropertyName(name);
  const types = paths.flatMap((path) => typesAt(info, path));
  // `_entities` is a list of a union of every entity: its record's own type is among them.
  for (const name of fieldsAskedFor(info, paths)) {
    if (isProperty(name)) properties.add(name);
    for (const type of types) {
      const needs = type.getFields()[name]?.extensions["needs"];
      if (Array.isArray(needs)) {
        for (const property of needs as string[]) {
          if (isProperty(property)) properties.add(property);
        }
      }
    }
  }
  return [...properties];
}

/** What a viewer may be told of some properties: `alias.column AS property` for each, null where it is not theirs. */
export function selectList(
  record: EntityMetadata,
  { alias, guarded = {} }: { readonly alias: string; readonly guarded?: GuardedProperties },
  viewer: Viewer,
  properties: readonly string[],
): Sql {
  return join(
    properties.map((property) => {
      const guard = guarded[property];
      if (!guard) return raw(`${columnOf(record, alias, property)} AS \`${property}\``);
      const given = typeof guard.value === "function" ? guard.value(viewer) : guard.value;
      const value = given ?? raw(columnOf(record, alias, property));
      return sql`CASE WHEN ${guard.isVisible(viewer)} THEN ${value} END AS ${raw(`\`${property}\``)}`;
    }),
    ", ",
  );
}

function columnOf(record: EntityMetadata, alias: string, property: string): string {
  const column = record.findColumnWithPropertyName(property);
  if (!column) throw new Error(`${record.name} has no column for ${property}.`);
  return `${alias}.${column.databaseName}`;
}

/** Turns the columns that hold JSON text into values; MySQL's driver has done so already, the others have not. */
export function parseJson(record: EntityMetadata, properties: readonly string[], rows: object[]): void {
  for (const property of properties) {
    if (record.findColumnWithPropertyName(property)?.type !== "simple-json") continue;
    for (const row of rows as Record<string, unknown>[]) {
      const value = row[property];
      if (typeof value === "string") row[property] = JSON.parse(value);
    }
  }
}
