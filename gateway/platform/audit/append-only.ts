import type { QueryRunner } from "typeorm";

/** What a server answers whose user may make no triggers: for lack of the right, or because it keeps a binary log. */
const MAY_NOT = new Set([1142, 1419]);

/**
 * Lets the database itself refuse to change or remove rows of a table. Where a server's user may make no triggers
 * the platform goes on without: none of its code changes a row there, and an operator can revoke the right to.
 */
export async function forbidChanges(runner: QueryRunner, table: string): Promise<void> {
  const isSqlite = runner.dataSource.options.type === "better-sqlite3";
  const refusal = isSqlite
    ? "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END"
    : "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The audit log is append-only.'";
  for (const change of ["UPDATE", "DELETE"]) {
    const name = `${table}_no_${change.toLowerCase()}`;
    // MariaDB commits each statement by itself: a migration that was stopped finds what it has made already.
    await runner.query(`DROP TRIGGER IF EXISTS ${name}`).catch(ignoreRights);
    await runner.query(`CREATE TRIGGER ${name} BEFORE ${change} ON ${table} ${refusal}`).catch(ignoreRights);
  }
}

function ignoreRights(error: Error & { readonly errno?: number }): void {
  if (!MAY_NOT.has(error.errno ?? 0)) throw error;
}
