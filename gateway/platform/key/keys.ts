import sql from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { toDatabaseInstant, utcNow } from "../../../shared/clock.ts";
import type { Database, Reader } from "../../../shared/data/database.ts";
import type { Caller } from "../../identity/caller.ts";
import { membershipsOf, personAsViewer } from "../person/people.ts";
import type { Consortia, GrantedRole } from "../person/rights.ts";
import { common, rightsOf } from "../person/rights.ts";

/** Milliseconds after which the use of a key is put down again. */
const USE_NOTED_EVERY = 60_000;

/** A key that can be used right now. */
interface UsableKey {
  readonly id: string;
  /** Whose it is; null for a service's. */
  readonly ownerId: string | null;
  readonly organisationId: string | null;
  readonly scopes: string;
  readonly lastUsedAt: string | null;
}

/** Who calls by the secret with this hash; null when no key that can be used right now has it. */
export async function callerByKey(
  db: Database,
  hash: string,
  onError: (error: unknown) => void,
): Promise<Caller | null> {
  const now = utcNow();
  const [key] = await db.read<UsableKey>(
    sql`SELECT k.id, k.owner_id AS ownerId, k.organisation_id AS organisationId, k.scopes, k.last_used_at AS lastUsedAt
        FROM api_key_secret s JOIN api_key k ON k.id = s.key_id
        WHERE s.hash = ${hash} AND k.revoked_at IS NULL AND k.expires_at > ${now}
          AND (s.valid_until IS NULL OR s.valid_until > ${now})`,
  );
  if (!key) return null;
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
async function viewerOf(db: Database, { id, ownerId, organisationId }: UsableKey): Promise<Viewer> {
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

async function noteUse(db: Database, { id, lastUsedAt }: UsableKey): Promise<void> {
  const before = toDatabaseInstant(new Date(Date.now() - USE_NOTED_EVERY));
  if (lastUsedAt !== null && lastUsedAt > before) return;
  await db.write((tx) =>
    tx.run(
      sql`UPDATE api_key SET last_used_at = ${utcNow()} WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${before})`,
    ),
  );
}
