import sql, { join, raw } from "sql-template-tag";
import type { RowValues } from "../../../shared/data/bulk.ts";
import { upsertRows } from "../../../shared/data/bulk.ts";
import type { Reader, Transaction } from "../../../shared/data/database.ts";
import { fold } from "../../../shared/data/text.ts";
import type { Candidate, Comparable } from "./match.ts";
import { candidatesFor, comparable, MatchIndex, scoreMatch } from "./match.ts";
import type { Decision, Pair, Pairing } from "./pairing.ts";
import { chunks, recordsOfSource } from "./tables.ts";

/** A record of ROR as a person is shown it who has to decide. */
interface NamedRecord {
  readonly ror: string;
  readonly name: string;
  readonly town: string | null;
}

/** A pair with the unit as a person is shown it. */
export interface NamedPair extends Pair {
  readonly name: string;
  readonly town: string | null;
}

/** Compares all records of both registers, and keeps which of them may be one institution. */
export async function findPairs(tx: Transaction): Promise<void> {
  const index = new MatchIndex();
  for await (const page of recordsOfSource(tx, "IPEDS")) for (const each of page) index.add(comparable(each));
  const decided = new Map<string, string[]>();
  for (const { ror, unitid } of await readDecisions(tx))
    decided.set(ror, [...(decided.get(ror) ?? []), unitid]);

  const known = new Map((await readPairRows(tx)).map((row) => [keyOf(row), JSON.stringify(row)]));
  let changed: PairRow[] = [];
  const flush = async () => {
    await writePairs(tx, changed);
    changed = [];
  };
  for await (const page of recordsOfSource(tx, "ROR")) {
    for (const each of page) {
      const record = comparable(each);
      const candidates = candidatesFor(record, index);
      for (const unitid of decided.get(record.key) ?? []) {
        const unit = index.get(unitid);
        const isThere = candidates.some(({ candidate }) => candidate === unit);
        if (unit && !isThere)
          candidates.push({ candidate: unit, score: scoreMatch(record, unit), isSame: false });
      }
      for (const row of candidates.map((candidate) => rowOf(record, candidate))) {
        const key = keyOf(row);
        if (known.get(key) !== JSON.stringify(row)) changed.push(row);
        known.delete(key);
      }
    }
    if (changed.length >= 1_000) await flush();
  }
  await flush();
  await forgetPairs(tx, [...known.keys()]);
}

/** A pair as its table has it, but for what people have decided. */
interface PairRow extends RowValues {
  readonly ror: string;
  readonly unitid: string;
}

const keyOf = ({ ror, unitid }: { readonly ror: string; readonly unitid: string }) => `${ror} ${unitid}`;

/** Scores are kept as they are compared: with so many digits that both databases give back the same. */
const rounded = (score: number) => Math.round(score * 1e6) / 1e6;

function rowOf(record: Comparable, { candidate, score, isSame }: Candidate): PairRow {
  return {
    ror: record.key,
    unitid: candidate.key,
    name: candidate.name,
    town: candidate.town,
    domain_score: rounded(score.domain),
    name_score: rounded(score.name),
    place_score: rounded(score.place),
    total_score: rounded(score.total),
    is_same: isSame ? 1 : 0,
  };
}

const PAIR_COLUMNS = [
  "ror",
  "unitid",
  "name",
  "town",
  "domain_score",
  "name_score",
  "place_score",
  "total_score",
  "is_same",
];

async function readPairRows(reader: Reader): Promise<PairRow[]> {
  const rows = await reader.read<PairRow>(
    sql`SELECT ror, unitid, name, town, domain_score, name_score, place_score, total_score, is_same FROM match_candidate ORDER BY ror, total_score DESC, unitid`,
  );
  return rows.map((row) => ({ ...row, is_same: Number(row["is_same"]) }));
}

/** Writes pairs; what people have decided of them stays. */
async function writePairs(tx: Transaction, rows: readonly PairRow[]): Promise<void> {
  await upsertRows(tx, "match_candidate", ["ror", "unitid"], PAIR_COLUMNS, rows);
}

/** Takes pairs away that are none any more; one that somebody has decided on stays for ever. */
async function forgetPairs(tx: Transaction, keys: readonly string[]): Promise<void> {
  for (const some of chunks(keys)) {
    const pairs = some.map((key) => {
      const [ror, unitid] = key.split(" ");
      return sql`(ror = ${ror} AND unitid = ${unitid})`;
    });
    await tx.run(sql`DELETE FROM match_candidate WHERE verdict IS NULL AND (${join(pairs, " OR ")})`);
  }
}

/** All pairs, those of a record together and the most alike first. */
export async function readPairs(reader: Reader): Promise<NamedPair[]> {
  return (await readPairRows(reader)).map((row) => ({
    ror: row.ror,
    unitid: row.unitid,
    name: row["name"] as string,
    town: row["town"] as string | null,
    score: {
      domain: Number(row["domain_score"]),
      name: Number(row["name_score"]),
      place: Number(row["place_score"]),
      total: Number(row["total_score"]),
    },
    isSame: row["is_same"] === 1,
  }));
}

/** What people have decided; nobody decides on anything else until the transaction is over. */
export function readDecisions(tx: Transaction): Promise<Decision[]> {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  return tx.read<Decision & object>(
    sql`SELECT ror, unitid, verdict FROM match_candidate WHERE verdict IS NOT NULL ORDER BY ror, unitid ${lock}`,
  );
}

/** Keeps the outcome: a row for each record that is joined, left to a person, or that somebody has decided on. */
export async function writeMatches(
  tx: Transaction,
  { joined, ambiguous }: Pairing,
  decisions: readonly Decision[],
): Promise<void> {
  const decided = decisions.map(({ ror }) => ror);
  const rors = [...new Set([...joined.keys(), ...ambiguous.keys(), ...decided])].sort();
  const names = await readNames(tx, rors);
  const known = new Map(
    (
      await tx.read<RowValues & { ror: string }>(
        sql`SELECT ror, name, name_key, town, state, reason, unitid FROM institution_match`,
      )
    ).map((row) => [row.ror, JSON.stringify(row)]),
  );
  const rows = rors.map((ror) => {
    const { name, town } = names.get(ror)!;
    const [unitid, reason] = [joined.get(ror) ?? null, ambiguous.get(ror)?.reason ?? null];
    const state = unitid ? "JOINED" : reason ? "AMBIGUOUS" : "KEPT_APART";
    return { ror, name, name_key: fold(name).slice(0, 300), town, state, reason, unitid };
  });
  const changed = rows.filter((row) => known.get(row.ror) !== JSON.stringify(row));
  for (const ror of rors) known.delete(ror);
  const columns = ["ror", "name", "name_key", "town", "state", "reason", "unitid"];
  await upsertRows(tx, "institution_match", ["ror"], columns, changed);
  for (const some of chunks([...known.keys()]))
    await tx.run(sql`DELETE FROM institution_match WHERE ror IN (${join(some)})`);
}

/** The names and towns of ROR records. */
export async function readNames(tx: Reader, rors: readonly string[]): Promise<Map<string, NamedRecord>> {
  const names = new Map<string, NamedRecord>();
  for (const some of chunks(rors)) {
    const rows = await tx.read<{ payload: string }>(
      sql`SELECT payload FROM source_record WHERE source = 'ROR' AND source_key IN (${join(some)})`,
    );
    for (const { payload } of rows) {
      const { key, name, town } = comparable({ record: JSON.parse(payload) as never, isCurrent: true });
      names.set(key, { ror: key, name, town });
    }
  }
  return names;
}

/** Compares one pair that a person means, whatever the registers' records that are shown have in common. */
export async function addPair(
  tx: Transaction,
  ror: string,
  unitid: string,
): Promise<"ADDED" | "NO_RECORD" | "NO_UNIT"> {
  const rows = await tx.read<{ source: string; payload: string }>(
    sql`SELECT source, payload FROM source_record WHERE ((source = 'ROR' AND source_key = ${ror}) OR (source = 'IPEDS' AND source_key = ${unitid}))
        AND institution_id NOT IN (SELECT id FROM institution_pending)`,
  );
  const [record, unit] = ["ROR", "IPEDS"].map((source) => {
    const found = rows.find((row) => row.source === source);
    return found && comparable({ record: JSON.parse(found.payload) as never, isCurrent: true });
  });
  if (!record) return "NO_RECORD";
  if (!unit) return "NO_UNIT";
  const [known] = await tx.read(
    sql`SELECT ror FROM match_candidate WHERE ror = ${ror} AND unitid = ${unitid}`,
  );
  if (!known)
    await writePairs(tx, [
      rowOf(record, { candidate: unit, score: scoreMatch(record, unit), isSame: false }),
    ]);
  return "ADDED";
}
