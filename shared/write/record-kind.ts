import type { ActionName } from "../auth/actions.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Reader } from "../data/database.ts";
import type { RecordSource } from "../data/loaders.ts";
import type { IdentifiedType } from "../ids.ts";

/** A record that mutations change: it has an id, and a version that grows by one with each change. */
export interface VersionedRecord {
  readonly id: string;
  readonly version: number;
}

/** Who may do something, and the same as a sentence for those who may not. */
export interface PolicyRule<Facts> {
  /** As in "Stewards of its parties, and admins of its consortium." */
  readonly who: string;
  readonly may: (viewer: Viewer, facts: Facts) => boolean;
}

/** Who may do what with a record and with what hangs on it, by mutation. */
export type Policy<Facts> = Readonly<Partial<Record<ActionName, PolicyRule<Facts>>>>;

/** Where a change is told of beside the record's own history. */
export interface ChangeContext {
  /** The record whose timeline shows the change: a partnership's id; the record itself where nothing is said. */
  readonly scopeId?: string;
  /** Its admins find the change in the audit log. */
  readonly consortiumId: string | null;
  /** Its stewards find the change in the audit log. */
  readonly organizationId: string | null;
}

/**
 * How one noun is written: how its records are read and locked, who may change them, and how others learn of it.
 * `Facts` are what its policy has to know, read for many records by one statement.
 */
export interface RecordKind<T extends VersionedRecord, Facts> {
  readonly type: IdentifiedType;
  /** Its name in the feed and in histories, such as `agreement`. */
  readonly name: string;
  readonly source: RecordSource;
  /** The facts of each record, in the order of the records. */
  readonly facts: (reader: Reader, records: readonly T[]) => Promise<readonly Facts[]>;
  readonly policy: Policy<Facts>;
  readonly context: (record: T, facts: Facts) => ChangeContext;
  /** Properties that no event carries, because other subgraphs have no use for them. */
  readonly unpublished?: readonly (keyof T & string)[];
  /** What an event carries beside the record's own columns: parts that stand in tables of their own. */
  readonly parts?: (reader: Reader, record: T) => Promise<Readonly<Record<string, unknown>>>;
}

/** Defines a kind; only there so that its types are inferred. */
export const defineKind = <T extends VersionedRecord, Facts>(kind: RecordKind<T, Facts>) => kind;
