import type { MigrationInterface, QueryRunner, TableColumnOptions } from "typeorm";
import { Table } from "typeorm";
import { ID_LENGTH } from "../ids.ts";

/** A column as a migration describes it, the same for both databases. */
export type ColumnSketch = TableColumnOptions & { readonly ascii?: boolean };

type Options = { readonly nullable?: true; readonly primary?: true; readonly unique?: true };

function column(name: string, type: string, { nullable, primary, unique }: Options = {}): ColumnSketch {
  return {
    name,
    type,
    isNullable: nullable ?? false,
    isPrimary: primary ?? false,
    isUnique: unique ?? false,
  };
}

/** The few kinds of columns there are. Ids and codes are ASCII; every text compares by its bytes. */
export const columns = {
  id: (name = "id", options?: Options): ColumnSketch => ({
    ...column(name, "varchar", options),
    length: String(ID_LENGTH),
    ascii: true,
  }),
  code: (name: string, length: number, options?: Options): ColumnSketch => ({
    ...column(name, "varchar", options),
    length: String(length),
    ascii: true,
  }),
  text: (name: string, length: number, options?: Options): ColumnSketch => ({
    ...column(name, "varchar", options),
    length: String(length),
  }),
  longText: (name: string, options?: Options): ColumnSketch => column(name, "text", options),
  integer: (name: string, options?: Options): ColumnSketch => column(name, "int", options),
  number: (name: string, options?: Options): ColumnSketch => column(name, "double", options),
  boolean: (name: string, options?: Options): ColumnSketch => column(name, "boolean", options),
  date: (name: string, options?: Options): ColumnSketch => column(name, "date", options),
  instant: (name: string, options?: Options): ColumnSketch => ({
    ...column(name, "datetime", options),
    precision: 6,
  }),
  /** A key that the database counts up. */
  counter: (name: string): ColumnSketch => ({
    ...column(name, "integer", { primary: true }),
    isGenerated: true,
    generationStrategy: "increment",
  }),
};

/** What else a table has. `indices` and `unique` are lists of column names. */
interface TableParts {
  readonly indices?: readonly (readonly string[])[];
  readonly unique?: readonly (readonly string[])[];
  /** Rows are stored in the order of the primary key, as InnoDB does anyway. */
  readonly clustered?: true;
  /** Column → table whose `id` it refers to; rows go with what they refer to. */
  readonly belongsTo?: Readonly<Record<string, string>>;
}

/**
 * Creates a table through TypeORM's Table API, which writes it for both databases. One that is there already stays:
 * MariaDB commits each table by itself, so a migration that was stopped goes on behind the last.
 */
export async function createTable(
  runner: QueryRunner,
  name: string,
  sketches: readonly ColumnSketch[],
  parts: TableParts = {},
): Promise<void> {
  const isMysql = runner.dataSource.options.type !== "better-sqlite3";
  await runner.createTable(
    new Table({
      name,
      ...(isMysql ? { engine: "InnoDB" } : {}),
      ...(parts.clustered && !isMysql ? { withoutRowid: true } : {}),
      columns: sketches.map(({ ascii, ...sketch }) => (isMysql ? forMysql(sketch, ascii ?? false) : sketch)),
      indices: (parts.indices ?? []).map((columnNames) => ({
        name: `ix_${name}_${columnNames.join("_")}`.slice(0, 60),
        columnNames: [...columnNames],
      })),
      uniques: (parts.unique ?? []).map((columnNames) => ({
        name: `uq_${name}_${columnNames.join("_")}`.slice(0, 60),
        columnNames: [...columnNames],
      })),
      foreignKeys: Object.entries(parts.belongsTo ?? {}).map(([columnName, table]) => ({
        columnNames: [columnName],
        referencedTableName: table,
        referencedColumnNames: ["id"],
        onDelete: "CASCADE",
      })),
    }),
    true,
  );
}

/** What MariaDB and MySQL have to be told: ids are ASCII, and a text may be longer than 64 KB. */
function forMysql(sketch: TableColumnOptions, isAscii: boolean): TableColumnOptions {
  if (sketch.type === "text") return { ...sketch, type: "mediumtext" };
  return isAscii ? { ...sketch, charset: "ascii", collation: "ascii_bin" } : sketch;
}

/** A migration that creates tables and, on the way down, drops them in the opposite order. */
export function tablesMigration(
  name: string,
  tables: Readonly<Record<string, (runner: QueryRunner, table: string) => Promise<void>>>,
): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      for (const [table, create] of Object.entries(tables)) await create(runner, table);
    }
    async down(runner: QueryRunner): Promise<void> {
      for (const table of Object.keys(tables).reverse()) await runner.dropTable(table);
    }
  };
}
