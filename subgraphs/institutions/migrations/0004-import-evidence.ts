import type { MigrationInterface, QueryRunner } from "typeorm";
import { columns, createTable } from "../../../shared/data/table.ts";

const optional = { nullable: true } as const;

/** New columns of tables there are: name, type on both databases, and what MariaDB has to be told besides. */
const ADDED = [
  ["source_record", "as_of", "varchar(10)", "NOT NULL DEFAULT ''"],
  ["source_record", "seen_as_of", "varchar(10)", "NOT NULL DEFAULT ''"],
  ["source_record", "kept", "varchar(500)", "NULL"],
  ["source_record", "home_id", "varchar(48)", "NULL"],
  ["institution", "new_unitid", "varchar(8)", "NULL"],
] as const;

/**
 * What imports need to be the same in any order: as of when each record is, which units were seen in a newer file that
 * had nothing readable of them, and which ROR records and IPEDS units may be one institution, with what people have
 * decided of them.
 */
export class Institutions0004 implements MigrationInterface {
  readonly name = "Institutions1766000000004";

  async up(runner: QueryRunner): Promise<void> {
    const isMysql = runner.dataSource.options.type !== "better-sqlite3";
    const ascii = isMysql ? "CHARACTER SET ascii COLLATE ascii_bin" : "";
    for (const [table, column, type, rest] of ADDED) {
      if (await runner.hasColumn(table, column)) continue;
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} ${ascii} ${rest}`);
    }
    await runner.query("UPDATE source_record SET home_id = institution_id WHERE home_id IS NULL");
    await createTable(runner, "source_sighting", [
      columns.code("source", 12, { primary: true }),
      columns.code("source_key", 60, { primary: true }),
      columns.code("seen_as_of", 10),
    ]);
    await createTable(
      runner,
      "institution_match",
      [
        columns.code("ror", 40, { primary: true }),
        columns.text("name", 300),
        columns.text("name_key", 300),
        columns.text("town", 120, optional),
        columns.code("state", 12),
        columns.code("reason", 20, optional),
        columns.code("unitid", 8, optional),
      ],
      { indices: [["name_key", "ror"]] },
    );
    await createTable(
      runner,
      "match_candidate",
      [
        columns.code("ror", 40, { primary: true }),
        columns.code("unitid", 8, { primary: true }),
        columns.text("name", 300),
        columns.text("town", 120, optional),
        columns.number("domain_score"),
        columns.number("name_score"),
        columns.number("place_score"),
        columns.number("total_score"),
        columns.boolean("is_same"),
        columns.code("verdict", 12, optional),
        columns.instant("decided_at", optional),
        columns.text("decided_by", 120, optional),
        columns.text("remark", 500, optional),
      ],
      { indices: [["unitid"]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("match_candidate", true);
    await runner.dropTable("institution_match", true);
    await runner.dropTable("source_sighting", true);
    for (const [table, column] of ADDED) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
