import { utcNow } from "../../shared/clock.ts";
import { readConfig } from "../../shared/config.ts";
import type { Database } from "../../shared/data/database.ts";
import { openDatabase } from "../../shared/data/open.ts";
import { DomainError, StartupError } from "../../shared/errors.ts";
import type { ListedMatch } from "../embedded.ts";
import { decideMatch, DEFINITIONS, listMatches } from "../embedded.ts";
import { say } from "./console.ts";
import { named, REASONS } from "./import-report.ts";

/** What the command line says of a list of matches. */
export interface ListFlags {
  readonly state: "ambiguous" | "joined" | "apart" | "decided";
  readonly json?: boolean;
}

const STATES = { ambiguous: "AMBIGUOUS", joined: "JOINED", apart: "KEPT_APART", decided: "DECIDED" } as const;

/** `consortia matches list`: the records of one state with the units that they are or may be. */
export async function list({ state, json = false }: ListFlags): Promise<void> {
  const matches = await onInstitutions((db) => listMatches(db, STATES[state]));
  if (json) return matches.forEach((match) => say(JSON.stringify(match)));
  if (matches.length === 0) say(`There are no matches that are ${state}.`);
  for (const match of matches) for (const line of linesOf(match)) say(line);
}

function* linesOf({ ror, name, town, unitid, reason, candidates }: ListedMatch): Generator<string> {
  const stands = unitid ? `is ${unitid}` : reason ? REASONS[reason] : "kept apart";
  yield `${ror} ${named(name, town)}: ${stands}`;
  for (const each of candidates) {
    const decided = each.verdict === "JOINED" ? "joined" : "kept apart";
    const remark = each.remark === null ? "" : `: ${each.remark}`;
    const verdict = each.verdict ? `, ${decided} by ${each.decidedBy}${remark}` : "";
    yield `  ${each.unitid} ${named(each.name, each.town)} ${Number(each.totalScore).toFixed(2)}${verdict}`;
  }
}

const DONE = { JOINED: "are one institution", KEPT_APART: "are kept apart" } as const;

/** `consortia matches join|apart|undo`: decides on a pair, for every later import, too. */
export async function decide(
  text: string,
  unitid: string,
  verdict: "JOINED" | "KEPT_APART" | null,
  remark: string | null = null,
): Promise<void> {
  const ror = readRor(text);
  const action = verdict === null ? "MATCH_DECISION_UNDONE" : (`INSTITUTIONS_${verdict}` as const);
  const change = { action, actorId: null, actorKind: "CONSOLE", at: utcNow(), requestId: null } as const;
  await onInstitutions((db) => db.write((tx) => decideMatch(tx, { ror, unitid, verdict, remark }, change)));
  say(`${ror} and ${unitid} ${verdict === null ? "are as the registers say" : DONE[verdict]}.`);
}

/** A ROR id with or without its address. */
function readRor(text: string): string {
  const id = /^(?:(?:https?:\/\/)?ror\.org\/)?(0[a-z0-9]{6}\d{2})$/.exec(text)?.[1];
  if (id === undefined) throw new StartupError(`Expected a ROR id, https://ror.org/0…; got "${text}".`);
  return `https://ror.org/${id}`;
}

async function onInstitutions<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(readConfig().databases.institutions, DEFINITIONS.institutions);
  try {
    return await work(db);
  } catch (error) {
    if (error instanceof DomainError) throw new StartupError(error.message, { cause: error });
    throw error;
  } finally {
    await db.close();
  }
}
