import sql from "sql-template-tag";
import { StartupError } from "../../shared/errors.ts";
import { CONSOLE } from "../platform/audit.ts";
import type { StoredKey } from "../platform/key/key.service.ts";
import { issueKey, lockKey, revokeKey, rotateKey } from "../platform/key/key.service.ts";
import type { Scope } from "../platform/key/scopes.ts";
import { SCOPES } from "../platform/key/scopes.ts";
import type { Transaction } from "../../shared/data/database.ts";
import { onPlatform, readDays, readId, readRole, say } from "./console.ts";

/** What the command line says of a new key. */
export interface KeyFlags {
  readonly name: string;
  readonly owner?: string;
  readonly organisation?: string;
  readonly consortium?: string;
  readonly role?: string[];
  readonly scope?: string[];
  readonly expires: string;
}

/** `consortia key create`: an API key of a person (`--owner`) or of a service. The secret is printed, this once. */
export async function createKey(flags: KeyFlags): Promise<void> {
  const { name, owner = null, organisation, consortium, role = [], scope = ["READ"] } = flags;
  const roles = role.map(readRole);
  if ((consortium === undefined) !== (roles.length === 0)) {
    throw new StartupError("--consortium and --role go together: a role is held in a consortium.");
  }
  const draft = {
    name,
    ownerId: owner,
    organisationId:
      organisation === undefined
        ? null
        : readId("--organisation", organisation, "Institution", "PartnerOrganization"),
    roles: roles.map((each) => ({
      consortiumId: readId("--consortium", consortium!, "Consortium"),
      role: each,
    })),
    scopes: scope.map(readScope),
    expiresInDays: readDays("--expires", flags.expires),
  };
  const { id, secret } = await onPlatform((db) =>
    db.write(async (tx) => {
      if (owner !== null) await requirePerson(tx, owner);
      return issueKey(tx, draft, CONSOLE);
    }),
  );
  say(`${id} ${secret}`);
}

/** `consortia key list`: all keys, the newest first; secrets are kept nowhere and cannot be listed. */
export async function listKeys(): Promise<void> {
  const keys = await onPlatform((db) =>
    db.read<Record<string, string | null>>(
      sql`SELECT id, prefix, name, owner_id AS owner, scopes, expires_at AS expires, last_used_at AS used, revoked_at AS revoked FROM api_key ORDER BY id DESC`,
    ),
  );
  if (keys.length === 0) say("There are no API keys.");
  for (const { id, prefix, name, owner, scopes, expires, used, revoked } of keys) {
    const state = revoked ? `revoked ${day(revoked)}` : `expires ${day(expires!)}`;
    const whose = owner ? `of ${owner}` : "service";
    const may = (JSON.parse(scopes!) as string[]).join(",");
    say(`${id} ${prefix}… ${may} ${state}, last used ${used ? day(used) : "never"}, ${whose}: ${name}`);
  }
}

/** `consortia key rotate`: a new secret; the present one goes on for the overlap. */
export async function rotateKeyById(
  id: string,
  { expires, overlap }: { readonly expires: string; readonly overlap: string },
): Promise<void> {
  if (!/^\d{1,4}h$/.test(overlap)) {
    throw new StartupError(`--overlap expects hours, such as 24h; got "${overlap}".`);
  }
  const options = {
    expiresInDays: readDays("--expires", expires),
    overlapHours: Number(overlap.slice(0, -1)),
  };
  const { secret } = await onPlatform((db) =>
    db.write(async (tx) => rotateKey(tx, await requireKey(tx, id), options, CONSOLE)),
  );
  say(`${id} ${secret}`);
}

/** `consortia key revoke`: ends a key; no gateway accepts it a second later. */
export async function revokeKeyById(id: string): Promise<void> {
  await onPlatform((db) => db.write(async (tx) => revokeKey(tx, await requireKey(tx, id), CONSOLE)));
  say(`${id} is revoked.`);
}

const day = (instant: string) => instant.slice(0, 10);

function readScope(text: string): Scope {
  const scope = SCOPES.find((each) => each === text);
  if (!scope) throw new StartupError(`--scope expects one of ${SCOPES.join(", ")}; got "${text}".`);
  return scope;
}

async function requireKey(tx: Transaction, id: string): Promise<StoredKey> {
  const key = await lockKey(tx, id);
  if (!key)
    throw new StartupError(`There is no API key ${id}: \`consortia key list\` tells which there are.`);
  return key;
}

async function requirePerson(tx: Transaction, id: string): Promise<void> {
  const [person] = await tx.read(sql`SELECT id FROM person WHERE id = ${id}`);
  if (!person) {
    throw new StartupError(
      `There is no person ${id}: they sign in once, or \`consortia person add\` puts them down.`,
    );
  }
}
