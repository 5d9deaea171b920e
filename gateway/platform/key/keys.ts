import sql from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { toDatabaseInstant, utcNow } from "../../../shared/clock.ts";
import type { Database, Reader } from "../../../shared/data/database.ts";
import type { Caller } from "../../identity/caller.ts";
import type { RefusalReason } from "../../identity/refused.ts";
import { CredentialsRefused } from "../../identity/refused.ts";
import { membershipsOf, personAsViewer } from "../person/people.ts";
import type { Consortia, GrantedRole } from "../person/rights.ts";
import { common, rightsOf } from "../person/rights.ts";

/** Milliseconds after which the use of a key is put down again. */
const USE_NOTED_EVERY = 60_000;

/** A key by one of its secrets. */
interface FoundKey {
  readonly id: string;
  /** Whose it is; null for a service's. */
  readonly ownerId: string | null;
  readonly organisationId: string | null;
  readonly scopes: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly expiresAt: string;
  /** Until when this secret is accepted, which another one has replaced; null for the present one. */
  readonly validUntil: string | null;
}

function refuseEnded({ revokedAt, expiresAt, validUntil }: FoundKey): void {
  const now = utcNow();
  const refused = (reason: RefusalReason, message: string) =>
    new CredentialsRefused("UNAUTHENTICATED", reason, message);
  if (revokedAt !== null)
    throw refused("api_key_revoked", "The API key has been revoked; create another one.");
  if (expiresAt <= now)
    throw refused("api_key_expired", "The API key has expired; rotate it, or create another one.");
  if (validUntil !== null && validUntil <= now) {
    throw refused("api_key_replaced", "The API key has got another secret; use that one.");
  }
}

/**
 * Who calls by the secret with this hash; null when no key has it. Whoever has the secret of a key is told why it is not
 * accepted any more: nobody can guess one.
 */
export async function callerByKey(
  db: Database,
  hash: string,
  onError: (error: unknown) => void,
): Promise<Caller | null> {
  const [key] = await db.read<FoundKey>(
    sql`SELECT k.id, k.owner_id AS ownerId, k.organisation_id AS organisationId, k.scopes, k.last_used_at AS lastUsedAt,
          k.revoked_at AS revokedAt, k.expires_at AS expiresAt, s.valid_until AS validUntil
        FROM api_key_secret s JOIN api_key k ON k.id = s.key_id WHERE s.hash = ${hash}`,
  );
  if (!key) return null;
  refuseEnded(key);
  const viewer = await viewerOf(db, key);
  // Nobody waits for it: an answer is not worth less because its key's last use is not put down.
  noteUse(db, key).catch(onError);
  return {
    viewer,
    credential: { kind: "API_KEY", id: key.id },
    scopes: JSON.parse(key.scopes) as string[],
  };
}

/** What a key may: the roles it was given, as far as its owner, or the organisation it acts for, has them now. */
async function viewerOf(db: Database, { id, ownerId, organisationId }: FoundKey): Promise<Viewer> {
  const roles = await rolesOfKey(db, id);
  if (ownerId !== null) {
    const owner = await personAsViewer(db, ownerId, (each) => each === organisationId);
    return { ...owner, consortia: common(owner.consortia, grouped(roles)) };
  }
  const organisationIds = organisationId === null ? [] : [organisationId];
  const memberships = await membershipsOf(db, organisationIds);
  const granted = roles.map((role) => ({ ...role, organisationId }));
  return {
    id,
    kind: "SERVICE",
    organisationIds,
    consortia: common(rightsOf(organisationIds, memberships, granted), grouped(roles)),
  };
}

/** The roles that a key was given. */
export function rolesOfKey(db: Reader, id: string): Promise<Omit<GrantedRole, "organisationId">[]> {
  return db.read(sql`SELECT consortium_id AS consortiumId, role FROM api_key_role WHERE key_id = ${id}`);
}

/** Roles by their consortium. */
const grouped = (roles: readonly Omit<GrantedRole, "organisationId">[]): Consortia =>
  rightsOf(
    [],
    [],
    roles.map((role) => ({ ...role, organisationId: null })),
  );

async function noteUse(db: Database, { id, lastUsedAt }: FoundKey): Promise<void> {
  const before = toDatabaseInstant(new Date(Date.now() - USE_NOTED_EVERY));
  if (lastUsedAt !== null && lastUsedAt > before) return;
  await db.write((tx) =>
    tx.run(
      sql`UPDATE api_key SET last_used_at = ${utcNow()} WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${before})`,
    ),
  );
}
