import sql, { join } from "sql-template-tag";
import { upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { fold } from "../../../shared/data/text.ts";
import type { FeedEvent } from "../../../shared/feed/outbox.ts";

/** The part of an institution's event that partnerships are filtered by. */
interface InstitutionPayload {
  readonly name: string;
  readonly type: string;
  readonly country: string | null;
  readonly subdivision: string | null;
}

/** Brings the copy of institutions that can be parties up to date with those that changed or are gone. */
export async function projectInstitutions(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  const latest = new Map(
    events
      .filter(({ kind }) => kind === "institution")
      .map(({ recordId, payload }) => [recordId, payload as InstitutionPayload | null]),
  );
  const present = [...latest].flatMap(([id, payload]) => (payload ? [{ id, ...payload }] : []));
  await upsertRows(
    tx,
    "institution_projection",
    ["id"],
    ["id", "name", "name_key", "type", "country", "subdivision"],
    present.map(({ id, name, type, country, subdivision }) => ({
      id,
      name,
      name_key: fold(name),
      type,
      country,
      subdivision,
    })),
  );
  const gone = [...latest].filter(([, payload]) => payload === null).map(([id]) => id);
  if (gone.length > 0) await tx.run(sql`DELETE FROM institution_projection WHERE id IN (${join(gone)})`);
}

/** Forgets all institutions. */
export async function forgetInstitutions(tx: Transaction): Promise<void> {
  await tx.run(sql`DELETE FROM institution_projection`);
}
