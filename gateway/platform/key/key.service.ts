import sql, { raw } from "sql-template-tag";
import { toDatabaseInstant } from "../../../shared/clock.ts";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { DomainError } from "../../../shared/errors.ts";
import type { Actor } from "../audit.ts";
import { writeAudit } from "../audit.ts";
import { newId } from "../../../shared/ids.ts";
import type { GrantedRole } from "../person/rights.ts";
import { KEY_NAME_LENGTH } from "./api-key.ts";
import { rolesOfKey } from "./keys.ts";
import type { Scope } from "./scopes.ts";
import { newSecret } from "./secret.ts";

const [DAY, HOUR] = [24 * 3_600_000, 3_600_000];
const LONGEST_LIFE_DAYS = 366;
const LONGEST_OVERLAP_HOURS = 168;

type RoleOfKey = Omit<GrantedRole, "organisationId">;

/** What a key may, and whose it is: a person's (`ownerId`) or a service's (null). */
export interface KeyRights {
  readonly ownerId: string | null;
  /** The organisation that it acts for; null: for none. */
  readonly organisationId: string | null;
  readonly roles: readonly RoleOfKey[];
  readonly scopes: readonly Scope[];
}

/** A key that is to be. */
export interface KeyDraft extends KeyRights {
  readonly name: string;
  readonly expiresInDays: number;
}

/** A key that is there. */
export interface StoredKey extends KeyRights {
  readonly id: string;
  readonly name: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** A key's id and its new secret, which is kept nowhere. */
export interface Issued {
  readonly id: string;
  readonly secret: string;
}

/** Makes a key; the secret is told this once. */
export async function issueKey(tx: Transaction, draft: KeyDraft, actor: Actor): Promise<Issued> {
  const name = draft.name.trim();
  inRange(name.length, 1, KEY_NAME_LENGTH, "name", "characters");
  if (draft.scopes.length === 0) throw badInput("scopes", "Expected at least one scope; got none.");
  const id = newId("ApiKey");
  const { secret, hash, prefix } = newSecret();
  const now = new Date();
  const key = {
    id,
    name,
    owner_id: draft.ownerId,
    organisation_id: draft.organisationId,
    prefix,
    scopes: JSON.stringify([...new Set(draft.scopes)]),
    issued_at: toDatabaseInstant(now),
    expires_at: expiry(now, draft.expiresInDays),
  };
  await insertRows(tx, "api_key", Object.keys(key), [key]);
  const roles = new Map(draft.roles.map((each) => [`${each.consortiumId} ${each.role}`, each]));
  await insertRows(
    tx,
    "api_key_role",
    ["key_id", "consortium_id", "role"],
    [...roles.values()].map(({ consortiumId, role }) => ({ key_id: id, consortium_id: consortiumId, role })),
  );
  await insertRows(tx, "api_key_secret", ["hash", "key_id"], [{ hash, key_id: id }]);
  await auditKey(tx, "KEY_CREATED", { ...draft, id, name }, actor);
  return { id, secret };
}

/** A key as it is now, locked for a change; null when there is none. */
export async function lockKey(tx: Transaction, id: string): Promise<StoredKey | null> {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const [row] = await tx.read<Omit<StoredKey, "roles" | "scopes"> & { scopes: string }>(
    sql`SELECT id, name, owner_id AS ownerId, organisation_id AS organisationId, scopes, expires_at AS expiresAt, revoked_at AS revokedAt FROM api_key WHERE id = ${id} ${lock}`,
  );
  if (!row) return null;
  return { ...row, scopes: JSON.parse(row.scopes) as Scope[], roles: await rolesOfKey(tx, id) };
}

/**
 * Gives a key a new secret; it lives as long as it would have, unless another time is said. The secrets it had go on for the overlap, so that programs can change over,
 * but never longer than they would have.
 */
export async function rotateKey(
  tx: Transaction,
  key: StoredKey,
  { expiresInDays, overlapHours }: { readonly expiresInDays?: number | null; readonly overlapHours: number },
  actor: Actor,
): Promise<Issued> {
  if (key.revokedAt !== null)
    throw new DomainError("CONFLICT", "The key has been revoked: create another one.");
  inRange(overlapHours, 0, LONGEST_OVERLAP_HOURS, "overlapHours", "hours");
  const now = new Date();
  const expiresAt = expiresInDays == null ? key.expiresAt : expiry(now, expiresInDays);
  if (expiresAt <= toDatabaseInstant(now)) {
    throw badInput(
      "expiresInDays",
      "Expected for how many days a key that has expired is to go on; got none.",
    );
  }
  const overlap = toDatabaseInstant(new Date(now.getTime() + overlapHours * HOUR));
  const until = overlap < key.expiresAt ? overlap : key.expiresAt;
  const { secret, hash, prefix } = newSecret();
  await tx.run(
    sql`UPDATE api_key_secret SET valid_until = ${until} WHERE key_id = ${key.id} AND (valid_until IS NULL OR valid_until > ${until})`,
  );
  await insertRows(tx, "api_key_secret", ["hash", "key_id"], [{ hash, key_id: key.id }]);
  await tx.run(
    sql`UPDATE api_key SET prefix = ${prefix}, expires_at = ${expiresAt}, rotated_at = ${toDatabaseInstant(now)} WHERE id = ${key.id}`,
  );
  await auditKey(tx, "KEY_ROTATED", key, actor, { overlapHours });
  return { id: key.id, secret };
}

/** Ends a key for good; doing so twice changes nothing. */
export async function revokeKey(tx: Transaction, key: StoredKey, actor: Actor): Promise<void> {
  if (key.revokedAt !== null) return;
  await tx.run(sql`UPDATE api_key SET revoked_at = ${toDatabaseInstant(new Date())} WHERE id = ${key.id}`);
  await auditKey(tx, "KEY_REVOKED", key, actor);
}

/** An entry for each consortium that the key acts in, so that the admins of each see it. */
async function auditKey(
  tx: Transaction,
  action: "KEY_CREATED" | "KEY_ROTATED" | "KEY_REVOKED",
  { id, name, ownerId, organisationId, roles, scopes }: Omit<StoredKey, "expiresAt" | "revokedAt">,
  actor: Actor,
  detail: Readonly<Record<string, number>> = {},
): Promise<void> {
  const consortia = new Set<string | null>(roles.map(({ consortiumId }) => consortiumId));
  if (consortia.size === 0) consortia.add(null);
  await writeAudit(
    tx,
    [...consortia].map((consortiumId) => ({
      action,
      actor,
      organisationId,
      consortiumId,
      subject: id,
      detail: { name, owner: ownerId, scopes: scopes.join(" "), ...detail },
    })),
  );
}

function expiry(from: Date, days: number): string {
  inRange(days, 1, LONGEST_LIFE_DAYS, "expiresInDays", "days");
  return toDatabaseInstant(new Date(from.getTime() + days * DAY));
}

function inRange(value: number, least: number, most: number, field: string, unit: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw badInput(field, `"${field}" expects ${least} to ${most} ${unit}; got ${value}.`);
}

const badInput = (field: string, message: string) => new DomainError("BAD_USER_INPUT", message, { field });
