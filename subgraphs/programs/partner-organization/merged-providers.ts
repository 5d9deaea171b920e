import sql from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import type { FeedEvent } from "../../../shared/feed/outbox.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { mergedOrganizations } from "../../../shared/projection/partner-organization.ts";
import { readAll } from "../../../shared/write/rows.ts";
import { programEvent } from "../program/program.feed.ts";
import { Program } from "../program/program.ts";

/** Moves the programs of partner organizations that were merged to those that go on, and tells others of them. */
export async function moveProviders(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  for (const { from, to } of mergedOrganizations(events)) {
    const rows = await tx.read<{ id: string }>(sql`SELECT id FROM program WHERE provider_id = ${from}`);
    if (rows.length === 0) continue;
    await tx.run(sql`UPDATE program SET provider_id = ${to} WHERE provider_id = ${from}`);
    const moved = await readAll<Program>(
      tx,
      Program,
      rows.map(({ id }) => id),
    );
    await publish(tx, moved.map(programEvent));
  }
}
