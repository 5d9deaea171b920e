import { getMetadataArgsStorage } from "typeorm";
import { snakeCase } from "typeorm/util/StringUtils.js";

/** One column of an entity, as its decorators describe it. */
export interface EntityColumn {
  /** The property of the class, in camelCase. */
  readonly property: string;
  /** The column of the table, in snake_case. */
  readonly column: string;
  /** The column's SQL type, such as `varchar` or `simple-json`. */
  readonly type: string;
  /** Most characters of a `varchar`; null for other types. */
  readonly length: number | null;
  readonly isNullable: boolean;
  readonly isPrimary: boolean;
}

/** The table of an entity class and its columns, in the order of their declaration. */
export interface EntityTable {
  readonly name: string;
  readonly columns: readonly EntityColumn[];
  /** The same columns by their properties. */
  readonly byProperty: ReadonlyMap<string, EntityColumn>;
}

const known = new WeakMap<Function, EntityTable>();

/**
 * The table that an entity class describes, read from its decorators once. Rows, inputs, filters, events and histories
 * are derived from it, so that a record's columns are listed in one place.
 */
export function tableOf(entity: Function): EntityTable {
  let table = known.get(entity);
  if (!table) known.set(entity, (table = read(entity)));
  return table;
}

/** Whether decorators on a class are an entity's own, or those of a class that it extends. */
export const isDeclaredFor = (entity: Function, target: Function | string): boolean =>
  typeof target === "function" && (target === entity || entity.prototype instanceof target);

function read(entity: Function): EntityTable {
  const { tables, columns } = getMetadataArgsStorage();
  const name = tables.find(({ target }) => target === entity)?.name;
  if (!name) throw new Error(`${entity.name} is not an entity with a table of its own.`);
  const list = columns
    .filter(({ target }) => isDeclaredFor(entity, target))
    .map(({ propertyName, options }): EntityColumn => ({
      property: propertyName,
      column: snakeCase(propertyName),
      type: String(options.type),
      length: options.length === undefined ? null : Number(options.length),
      isNullable: options.nullable ?? false,
      isPrimary: options.primary ?? false,
    }));
  return { name, columns: list, byProperty: new Map(list.map((each) => [each.property, each])) };
}
