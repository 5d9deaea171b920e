import sql, { join } from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import { newId } from "../../../shared/ids.ts";
import { ChangeTracker } from "./changes.ts";
import type { NamedPair } from "./match-tables.ts";
import { readDecisions, readPairs, writeMatches } from "./match-tables.ts";
import { mergeInstitution } from "./merge.ts";
import type { Pairing } from "./pairing.ts";
import { pairUp } from "./pairing.ts";
import type { SourceInstitution } from "./source.ts";
import type { Merge } from "./tables.ts";
import {
  absorb,
  chunks,
  leave,
  linkRelationships,
  publishInstitutions,
  recordsOf,
  writeInstitutions,
} from "./tables.ts";

/** A record of ROR and a unit of IPEDS that are one institution. */
interface JoinedPair {
  readonly ror: string;
  readonly unitid: string;
  readonly institutionId: string;
}

/** Writes institutions in one transaction, as an import or a decision on a match makes them of what is known. */
export class Registry {
  readonly changes = new ChangeTracker();
  private readonly created = new Set<string>();
  private readonly changed = new Set<string>();

  constructor(
    private readonly tx: Transaction,
    private readonly now: string,
  ) {}

  /** Adds institutions of records that are new. */
  async add(
    fresh: readonly { readonly institutionId: string; readonly record: SourceInstitution }[],
  ): Promise<void> {
    const institutions = fresh.map(({ institutionId, record }) => mergeInstitution(institutionId, [record]));
    await writeInstitutions(this.tx, institutions, { areNew: true, now: this.now });
    for (const institution of institutions) this.changes.written(institution, null);
    for (const { institutionId } of fresh) {
      this.created.add(institutionId);
      this.changed.add(institutionId);
    }
  }

  /** Makes institutions anew of all that is said of them. */
  async rewrite(ids: readonly string[]): Promise<void> {
    for (const some of chunks(ids)) {
      const merged = [...(await recordsOf(this.tx, some))].map(([id, said]) => mergeInstitution(id, said));
      const before = await writeInstitutions(this.tx, merged, { areNew: false, now: this.now });
      for (const institution of merged) {
        const id = institution.row["id"] as string;
        this.changes.written(institution, before.get(id) ?? null);
        this.changed.add(id);
      }
    }
  }

  /**
   * Makes one institution of each pair of records that is one, and two of those that are one no more: what is joined
   * follows from all that is known now and from what people have decided, not from what was joined before.
   */
  async pair(): Promise<Pairing<NamedPair> & { readonly newlyJoined: number; readonly separated: number }> {
    const decisions = await readDecisions(this.tx);
    const pairing = pairUp(await readPairs(this.tx), decisions);
    const present = await this.readJoined();
    const stale = present.filter(({ ror, unitid }) => pairing.joined.get(ror) !== unitid);
    const there = new Set(present.filter((pair) => !stale.includes(pair)).map(({ ror }) => ror));
    const missing = [...pairing.joined].filter(([ror]) => !there.has(ror));
    await this.separate(stale);
    await this.join(missing);
    await writeMatches(this.tx, pairing, decisions);
    return { ...pairing, newlyJoined: missing.length, separated: stale.length };
  }

  /** Links relations to what has come to be known, and tells the other subgraphs. */
  async publish(): Promise<void> {
    if (this.changed.size === 0) return;
    await linkRelationships(this.tx);
    await publishInstitutions(this.tx, this.changed);
  }

  /** Institutions of an import that is not over are left to it. */
  private readJoined(): Promise<JoinedPair[]> {
    return this.tx.read<JoinedPair>(
      sql`SELECT r.source_key AS ror, i.source_key AS unitid, r.institution_id AS institutionId
          FROM source_record r JOIN source_record i ON i.institution_id = r.institution_id AND i.source = 'IPEDS'
          WHERE r.source = 'ROR' AND r.institution_id NOT IN (SELECT id FROM institution_pending) ORDER BY r.source_key`,
    );
  }

  /**
   * Gives one record of each pair an institution of its own: the id it had before, where that is an alias now, or a new
   * one. The living one goes on with the present id, and with it the memberships; of two living ones the unit.
   */
  private async separate(pairs: readonly JoinedPair[]): Promise<void> {
    for (const some of chunks(pairs)) {
      const said = await recordsOf(
        this.tx,
        some.map(({ institutionId }) => institutionId),
      );
      const leaving = some.map(({ institutionId, ror, unitid }) => {
        const [ipeds, record] = ["IPEDS", "ROR"].map((each) =>
          said.get(institutionId)!.find(({ source }) => source === each),
        );
        const staysWithRor = record!.status === "ACTIVE" && ipeds!.status !== "ACTIVE";
        return staysWithRor
          ? { institutionId, record: ipeds!, source: "IPEDS" as const, key: unitid }
          : { institutionId, record: record!, source: "ROR" as const, key: ror };
      });
      const left = await leave(this.tx, leaving, () => {
        const id = newId("Institution");
        this.created.add(id);
        return id;
      });
      await this.rewrite(some.map(({ institutionId }) => institutionId));
      const institutions = left.map(({ id, record }) => mergeInstitution(id, [record]));
      await writeInstitutions(this.tx, institutions, { areNew: true, now: this.now });
      for (const { id } of left) this.changed.add(id);
    }
  }

  /** Makes one institution of each pair: the one that was there before, or the older, goes on. */
  private async join(pairs: readonly (readonly [ror: string, unitid: string])[]): Promise<void> {
    for (const some of chunks(pairs)) {
      const ids = await this.institutionsOf(some);
      const merges = some.map(([ror, unitid]): Merge => {
        const [survivor, loser] = [ids.get(ror)!, ids.get(unitid)!].sort(
          (a, b) => Number(this.created.has(a)) - Number(this.created.has(b)) || (a < b ? -1 : 1),
        ) as [string, string];
        return { survivor, loser, wasKnown: !this.created.has(loser) };
      });
      await absorb(this.tx, merges);
      for (const { loser } of merges) {
        this.changes.absorbed(loser);
        this.changed.delete(loser);
      }
      await this.rewrite(merges.map(({ survivor }) => survivor));
    }
  }

  private async institutionsOf(
    pairs: readonly (readonly [ror: string, unitid: string])[],
  ): Promise<Map<string, string>> {
    const rows = await this.tx.read<{ source_key: string; institution_id: string }>(
      sql`SELECT source_key, institution_id FROM source_record
          WHERE (source = 'ROR' AND source_key IN (${join(pairs.map(([ror]) => ror))}))
             OR (source = 'IPEDS' AND source_key IN (${join(pairs.map(([, unitid]) => unitid))}))`,
    );
    return new Map(rows.map((row) => [row.source_key, row.institution_id]));
  }
}
