import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { RowValues } from "../data/bulk.ts";
import { insertRows, upsertRows } from "../data/bulk.ts";
import type { Database, Reader, Transaction } from "../data/database.ts";
import type { ChangedTable } from "./changed-tables.ts";

/** What of a database a long write owns, and how its new records stay hidden until all of it is there. */
export interface LongWrite {
  /** The table of the records. */
  readonly records: string;
  /** The column by which rows of other tables belong to a record. */
  readonly belongsBy: string;
  /** The table of the ids of records that nobody sees yet. */
  readonly pending: string;
  /** Tables that nothing changes but such writes and what publishes events of the kinds in `restartsOn`. */
  readonly owned: readonly string[];
  /** Kinds of events: where others publish one meanwhile, what the work has read may be outdated, and it starts again. */
  readonly restartsOn: readonly string[];
  /** The outbox: only added to, by others meanwhile, too; the database numbers its rows. */
  readonly outbox: string;
}

const RECORDS_AT_ONCE = 200;
const KEYS_AT_ONCE = 500;
/** The place in the feed of what nobody is told yet: no reader asks for it, and what has a place is not numbered. */
const WITHHELD = -1;

/** Another transaction has changed what this one has changed or relied on, too. */
export class Overtaken extends Error {
  override name = "Overtaken";

  constructor() {
    super(
      "Expected the records to stay as they were read; others changed them meanwhile, again and again. Run it again later.",
    );
  }
}

/** Takes back the hidden records of a write that was stopped before its end. */
export async function removePending(
  db: Database,
  { records, belongsBy, pending, owned, outbox }: LongWrite,
): Promise<void> {
  const belonging = await db.read<{ name: string }>(
    sql`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = ${belongsBy} AND m.name IN (${join([...owned])})`,
  );
  for (;;) {
    const rows = await db.read<{ id: string }>(
      sql`SELECT id FROM ${raw(pending)} LIMIT ${raw(String(RECORDS_AT_ONCE))}`,
    );
    if (rows.length === 0) break;
    const ids = join(rows.map(({ id }) => id));
    await db.write(async (tx) => {
      for (const { name } of belonging)
        await tx.run(sql`DELETE FROM ${raw(name)} WHERE ${raw(belongsBy)} IN (${ids})`);
      await tx.run(sql`DELETE FROM ${raw(records)} WHERE id IN (${ids})`);
      await tx.run(sql`DELETE FROM ${raw(pending)} WHERE id IN (${ids})`);
    });
  }
  const [told] = await db.read(sql`SELECT 1 FROM ${raw(outbox)} WHERE sequence = ${WITHHELD} LIMIT 1`);
  if (told) await db.write((tx) => tx.run(sql`DELETE FROM ${raw(outbox)} WHERE sequence = ${WITHHELD}`));
}

/** Brings what has changed in a copy over to the database. */
export class Transfer {
  constructor(
    private readonly copy: Database,
    private readonly db: Database,
    private readonly write: LongWrite,
    private readonly changed: readonly ChangedTable[],
    /** The id of the last event before the work began. */
    private readonly lastEvent: number,
  ) {}

  async run(): Promise<void> {
    await this.addHidden();
    await this.withholdEvents();
    const rest = await this.copy.write((tx) => this.changesIn(tx));
    await this.db.write(async (tx) => {
      await this.refuseNewEvents(tx);
      for (const change of rest) await this.refuseOvertaken(tx, change);
      for (const { table, gone } of rest)
        for (const keys of chunks(gone)) {
          if (table.name === this.write.records) await this.refuseOrphans(tx, rest, keys);
          await tx.run(sql`DELETE FROM ${raw(table.name)} WHERE ${oneOf(table, keys)}`);
        }
      for (const { table, present } of rest) await this.put(tx, table, present);
      const { outbox, pending } = this.write;
      await tx.run(sql`UPDATE ${raw(outbox)} SET sequence = NULL WHERE sequence = ${WITHHELD}`);
      await tx.run(sql`DELETE FROM ${raw(pending)}`);
    });
  }

  /** Adds what is told of the changes to the outbox, a few at a time, for no reader yet. */
  private async withholdEvents(): Promise<void> {
    const { outbox } = this.write;
    const table = this.changed.find(({ name }) => name === outbox)!;
    const columns = table.columns.filter((name) => !table.key.includes(name));
    for (let after = 0; ;) {
      const rows = await this.copy.write((tx) =>
        tx.read<RowValues>(
          sql`SELECT o.* FROM ${raw(outbox)} o JOIN ${raw(table.touched)} t ON t.id = o.id WHERE o.id > ${after} ORDER BY o.id LIMIT ${raw(String(KEYS_AT_ONCE))}`,
        ),
      );
      if (rows.length === 0) return;
      after = Number(rows[rows.length - 1]!["id"]);
      await this.inTurn((tx) =>
        insertRows(
          tx,
          outbox,
          columns,
          rows.map((row) => ({ ...row, sequence: WITHHELD })),
        ),
      );
    }
  }

  /** Writes in a short transaction and pauses as long again for others, who look for their turn now and then. */
  private async inTurn(write: (tx: Transaction) => Promise<unknown>): Promise<void> {
    let began = 0;
    await this.db.write((tx) => {
      began = Date.now();
      return write(tx);
    });
    await pause(Date.now() - began);
  }

  /**
   * Adds the new records and the new rows that belong to them, a few at a time, to be seen by nobody yet. Unique values
   * that are another record's until the end come with the last transaction.
   */
  private async addHidden(): Promise<void> {
    const { records, belongsBy, pending, owned } = this.write;
    const own = this.changed.find(({ name }) => name === records)!;
    const belonging = this.changed.filter(
      ({ name, columns, unique }) =>
        name !== records &&
        owned.includes(name) &&
        columns.includes(belongsBy) &&
        unique.every((index) => index.columns.includes(belongsBy)),
    );
    let after = "";
    for (;;) {
      const batch = await this.copy.write(async (tx) => {
        const rows = await tx.read<RowValues>(
          sql`SELECT r.* FROM ${raw(records)} r JOIN ${raw(own.touched)} t ON t.id = r.id AND t.is_new = 1 WHERE r.id > ${after} ORDER BY r.id LIMIT ${raw(String(RECORDS_AT_ONCE))}`,
        );
        const parts: [ChangedTable, RowValues[]][] = [];
        if (rows.length === 0) return { rows, parts };
        const ids = join(rows.map(({ id }) => id));
        for (const table of belonging) {
          const theirs = sql`SELECT ${raw(table.key.map((name) => `p.${name}`).join())} FROM ${raw(table.name)} p WHERE p.${raw(belongsBy)} IN (${ids})`;
          const own = sql`is_new = 1 AND (${raw(table.key.join())}) IN (${theirs})`;
          parts.push([
            table,
            await tx.read<RowValues>(
              sql`SELECT p.* FROM ${raw(table.name)} p JOIN ${raw(table.touched)} t ON ${sameKey(table, "p", "t")} AND t.is_new = 1 WHERE p.${raw(belongsBy)} IN (${ids})`,
            ),
          ]);
          await tx.run(sql`DELETE FROM ${raw(table.touched)} WHERE ${own}`);
        }
        return { rows, parts };
      });
      if (batch.rows.length === 0) break;
      after = String(batch.rows[batch.rows.length - 1]!["id"]);
      let incomplete: RowValues[] = [];
      await this.inTurn(async (tx) => {
        await this.refuseNewEvents(tx);
        await insertRows(
          tx,
          pending,
          ["id"],
          batch.rows.map(({ id }) => ({ id: id! })),
        );
        const rows = await withoutTaken(tx, own, batch.rows);
        incomplete = rows.filter((row, index) => row !== batch.rows[index]);
        await insertRows(tx, records, own.columns, rows);
        for (const [table, rows] of batch.parts) await insertRows(tx, table.name, table.columns, rows);
      });
      if (incomplete.length > 0)
        await this.copy.write((tx) =>
          tx.run(sql`UPDATE ${raw(own.touched)} SET is_new = 0 WHERE ${oneOf(own, incomplete)}`),
        );
    }
    await this.copy.write((tx) => tx.run(sql`DELETE FROM ${raw(own.touched)} WHERE is_new = 1`));
  }

  private async changesIn(tx: Transaction): Promise<Change[]> {
    const changes: Change[] = [];
    for (const table of this.changed) {
      if (table.name === this.write.outbox) continue;
      const key = raw(table.key.map((name) => `t.${name}`).join());
      const joined = sql`FROM ${raw(table.touched)} t LEFT JOIN ${raw(table.name)} p ON ${sameKey(table, "p", "t")}`;
      const isGone = sql`p.${raw(table.key[0]!)} IS NULL`;
      const present = await tx.read<RowValues>(
        sql`SELECT p.*, t.is_new ${joined} WHERE NOT (${isGone}) ORDER BY ${key}`,
      );
      const gone = await tx.read<RowValues>(sql`SELECT ${key} ${joined} WHERE ${isGone} AND t.is_new = 0`);
      if (present.length + gone.length === 0) continue;
      const before = table.before ? await tx.read<RowValues>(sql`SELECT * FROM ${raw(table.before)}`) : null;
      changes.push({ table, present, gone, before });
    }
    return changes;
  }

  /** Rows that others may change, too, have to be as they were when the copy was made. */
  private async refuseOvertaken(reader: Reader, { table, present, gone, before }: Change): Promise<void> {
    if (!before) return;
    const keyOf = (row: RowValues) => JSON.stringify(table.key.map((name) => row[name]));
    const known = new Map(before.map((row) => [keyOf(row), row]));
    for (const keys of chunks([...present, ...gone])) {
      const now = await reader.read<RowValues>(
        sql`SELECT * FROM ${raw(table.name)} WHERE ${oneOf(table, keys)}`,
      );
      const found = new Map(now.map((row) => [keyOf(row), row]));
      for (const row of keys)
        if (!isDeepStrictEqual({ ...found.get(keyOf(row)) }, { ...known.get(keyOf(row)) }))
          throw new Overtaken();
    }
  }

  /** Others may have published what the work would have had to read. */
  private async refuseNewEvents(reader: Reader): Promise<void> {
    const { outbox, restartsOn } = this.write;
    if (restartsOn.length === 0) return;
    const [event] = await reader.read(
      sql`SELECT 1 FROM ${raw(outbox)} WHERE id > ${this.lastEvent} AND sequence IS NOT ${WITHHELD} AND kind IN (${join([...restartsOn])}) LIMIT 1`,
    );
    if (event) throw new Overtaken();
  }

  /** Others may have added rows to records that go. */
  private async refuseOrphans(
    reader: Reader,
    changes: readonly Change[],
    records: readonly RowValues[],
  ): Promise<void> {
    const { belongsBy } = this.write;
    const ids = new Set(records.map(({ id }) => id));
    for (const table of this.changed) {
      if (!table.before || !table.columns.includes(belongsBy)) continue;
      const keyOf = (row: RowValues) => JSON.stringify(table.key.map((name) => row[name]));
      const gone = new Set(changes.find((change) => change.table === table)?.gone.map(keyOf));
      const rows = await reader.read<RowValues>(
        sql`SELECT * FROM ${raw(table.name)} WHERE ${raw(belongsBy)} IN (${join([...ids])})`,
      );
      if (rows.some((row) => !gone.has(keyOf(row)))) throw new Overtaken();
    }
  }

  /** Writes rows, after those that were there have given up their unique values: these may go from one to another. */
  private async put(tx: Transaction, table: ChangedTable, rows: readonly RowValues[]): Promise<void> {
    if (table.unique.length > 0) {
      const nullable = table.unique.map((index) => index.nullable);
      const release = nullable.includes(null)
        ? `DELETE FROM ${table.name}`
        : `UPDATE ${table.name} SET ${nullable.map((name) => `${name} = NULL`).join()}`;
      for (const keys of chunks(rows.filter((row) => row["is_new"] === 0)))
        await tx.run(sql`${raw(release)} WHERE ${oneOf(table, keys)}`);
    }
    await upsertRows(tx, table.name, table.key, table.columns, rows);
  }
}

/** New rows with a null for each unique value that a row of the database has; the others as they are. */
async function withoutTaken(
  reader: Reader,
  table: ChangedTable,
  rows: readonly RowValues[],
): Promise<readonly RowValues[]> {
  let free = rows;
  for (const { nullable: column } of table.unique) {
    if (column === null) continue;
    const values = free.map((row) => row[column]).filter((value) => value !== null);
    if (values.length === 0) continue;
    const found = await reader.read<RowValues>(
      sql`SELECT ${raw(column)} FROM ${raw(table.name)} WHERE ${raw(column)} IN (${join(values)})`,
    );
    const taken = new Set(found.map((row) => row[column]));
    free = free.map((row) => (taken.has(row[column]!) ? { ...row, [column]: null } : row));
  }
  return free;
}

/** What has changed in a table: rows as they are now, and keys of those that are gone. */
interface Change {
  readonly table: ChangedTable;
  readonly present: readonly RowValues[];
  readonly gone: readonly RowValues[];
  /** All rows as they were in the copy, where others may change them. */
  readonly before: readonly RowValues[] | null;
}

const sameKey = ({ key }: ChangedTable, one: string, other: string): Sql =>
  raw(key.map((name) => `${one}.${name} = ${other}.${name}`).join(" AND "));

function oneOf({ key }: ChangedTable, rows: readonly RowValues[]): Sql {
  const values = rows.map((row) => sql`(${join(key.map((name) => row[name]))})`);
  return key.length === 1
    ? sql`${raw(key[0]!)} IN (${join(rows.map((row) => row[key[0]!]))})`
    : sql`(${raw(key.join())}) IN (VALUES ${join(values)})`;
}

function* chunks<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += KEYS_AT_ONCE)
    yield rows.slice(start, start + KEYS_AT_ONCE);
}
