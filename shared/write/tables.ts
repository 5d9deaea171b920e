import type { QueryRunner } from "typeorm";
import { columns, createTable } from "../data/table.ts";
import { ID_LENGTH } from "../ids.ts";

/** Most characters of an idempotency key. */
export const IDEMPOTENCY_KEY_LENGTH = 64;
/** Most characters of the reason for a change. */
export const REASON_LENGTH = 1_000;

/** The tables that mutations need beside the records: the history, and the idempotency keys of seven days. */
export const writeTables = {
  record_history: (runner: QueryRunner, table: string) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.code("kind", 40),
        columns.id("record_id"),
        columns.id("scope_id"),
        columns.integer("version"),
        columns.code("action", 60),
        columns.code("actor_id", 64, { nullable: true }),
        columns.code("actor_kind", 8),
        columns.instant("at"),
        columns.text("reason", REASON_LENGTH, { nullable: true }),
        columns.longText("changes"),
      ],
      {
        indices: [
          ["record_id", "at", "id"],
          ["scope_id", "at", "id"],
        ],
      },
    ),
  idempotency_key: (runner: QueryRunner, table: string) =>
    createTable(
      runner,
      table,
      [
        columns.code("viewer_id", 64, { primary: true }),
        columns.code("idempotency_key", IDEMPOTENCY_KEY_LENGTH, { primary: true }),
        columns.code("input_hash", 64),
        columns.code("record_id", ID_LENGTH),
        columns.instant("at"),
      ],
      { clustered: true },
    ),
};
