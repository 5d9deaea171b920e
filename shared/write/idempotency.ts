import { createHash } from "node:crypto";
import sql, { join, raw } from "sql-template-tag";
import { toDatabaseInstant, utcNow } from "../clock.ts";
import type { Transaction } from "../data/database.ts";
import { isAscii } from "../data/text.ts";
import { badInput, conflict } from "./refuse.ts";
import { IDEMPOTENCY_KEY_LENGTH } from "./tables.ts";

/** How long a key is kept: a client that has not given up by then has other trouble. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * Claims an idempotency key for the record that a mutation is about to create, and answers null; or answers the id of
 * the record that an earlier request with this key has created. Of two requests at once the second waits on the key's
 * row until the first has committed, and then finds its record. The same key with another input is a CONFLICT.
 */
export async function claimKey(
  tx: Transaction,
  viewerId: string,
  key: string,
  request: { readonly action: string; readonly input: object; readonly recordId: string },
): Promise<string | null> {
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_LENGTH || !isAscii(key)) {
    throw badInput(
      "idempotencyKey",
      `1 to ${IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`,
      `${key.length} characters`,
    );
  }
  const { action, input, recordId } = request;
  const hash = hashOf(action, input);
  await forgetOldKeys(tx, viewerId);
  const orIgnore = raw(tx.dialect === "sqlite" ? "OR IGNORE" : "IGNORE");
  const claimed = await tx.run(
    sql`INSERT ${orIgnore} INTO idempotency_key (viewer_id, idempotency_key, input_hash, record_id, at) VALUES (${viewerId}, ${key}, ${hash}, ${recordId}, ${utcNow()})`,
  );
  if (claimed > 0) return null;
  // A locking read sees what the other transaction has committed, whatever snapshot this one has.
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const [earlier] = await tx.read<{ input_hash: string; record_id: string }>(
    sql`SELECT input_hash, record_id FROM idempotency_key WHERE viewer_id = ${viewerId} AND idempotency_key = ${key} ${lock}`,
  );
  if (earlier!.input_hash === hash) return earlier!.record_id;
  throw conflict("This idempotency key came with another input before; expected the same.", {
    field: "idempotencyKey",
  });
}

/** Read first and deleted by key: a range that is deleted would lock out the viewer's other requests. */
async function forgetOldKeys(tx: Transaction, viewerId: string): Promise<void> {
  const oldest = toDatabaseInstant(new Date(Date.now() - KEPT_MILLISECONDS));
  const old = await tx.read<{ key: string }>(
    sql`SELECT idempotency_key AS \`key\` FROM idempotency_key WHERE viewer_id = ${viewerId} AND at < ${oldest} LIMIT 100`,
  );
  if (old.length === 0) return;
  const keys = join(old.map(({ key }) => key));
  await tx.run(
    sql`DELETE FROM idempotency_key WHERE viewer_id = ${viewerId} AND idempotency_key IN (${keys})`,
  );
}

/** The same for equal inputs, in whatever order their fields came; the key itself is no part of it. */
function hashOf(action: string, input: object): string {
  const { idempotencyKey: _key, ...rest } = input as Record<string, unknown>;
  return createHash("sha256")
    .update(`${action} ${canonical(rest)}`)
    .digest("hex");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(",")}}`;
}
