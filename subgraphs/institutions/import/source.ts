import type {
  IdentifierScheme,
  InstitutionControl,
  InstitutionLevel,
  InstitutionStatus,
  InstitutionType,
  NameKind,
  RelationshipKind,
} from "../institution/institution.enums.ts";

/** A register that institutions are imported from. */
export type Source = "IPEDS" | "ROR";

/** A place as a register gives it. */
export interface SourceLocation {
  readonly geonamesId: number | null;
  readonly country: string | null;
  readonly subdivision: string | null;
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** What one register says of one institution, in our own terms. Kept as it is, so that registers can be merged anew. */
export interface SourceInstitution {
  readonly source: Source;
  /** The register's own key: UNITID, or the ROR id. */
  readonly key: string;
  readonly name: string;
  readonly type: `${InstitutionType}`;
  readonly control: `${InstitutionControl}` | null;
  readonly level: `${InstitutionLevel}` | null;
  readonly sector: number | null;
  readonly carnegie: number | null;
  readonly locale: number | null;
  readonly isHbcu: boolean | null;
  readonly isTribal: boolean | null;
  readonly isLandGrant: boolean | null;
  readonly status: `${InstitutionStatus}`;
  readonly website: string | null;
  readonly established: number | null;
  /** False for a hospital, a company and the like: these never match a school. */
  readonly isEducation: boolean;
  readonly names: readonly {
    readonly value: string;
    readonly kind: `${NameKind}`;
    readonly lang: string | null;
  }[];
  readonly identifiers: readonly {
    readonly scheme: `${IdentifierScheme}`;
    readonly value: string;
    readonly isPreferred: boolean;
  }[];
  readonly locations: readonly SourceLocation[];
  readonly relationships: readonly { readonly kind: `${RelationshipKind}`; readonly relatedRor: string }[];
  /** IPEDS' NEWID: the unit that a merged one, or a campus, now reports under; null for one that reports itself. */
  readonly newUnitid: string | null;
}

/** A part of a record that one file may leave unread while others have it; see `evidence.ts`. */
export type RecordPart =
  | "status"
  | "control"
  | "level"
  | "carnegie"
  | "locale"
  | "isHbcu"
  | "isTribal"
  | "isLandGrant"
  | "website"
  | "coordinates"
  | "aliases"
  | "newUnitid"
  | "OPEID"
  | "EIN"
  | "UEI";

/** What is wrong with a row: which column, what was expected, what was there. */
export interface RowProblem {
  readonly row: number;
  readonly column: string;
  readonly expected: string;
  readonly got: string;
}

/** A row of a file: a record, or why it is none. */
export type SourceRow = SourceRecord | RejectedRow;

/** A row that could be read. */
export interface SourceRecord {
  readonly row: number;
  readonly record: SourceInstitution;
  /** What this file doesn't have of it, or not readably: such parts keep their former values. */
  readonly unread: readonly RecordPart[];
  /** A day or a year that the row tells of its file: when the record was last modified, when a unit ended. */
  readonly date: string | null;
}

/** A row that is not taken; the institution stays as it was. */
export interface RejectedRow {
  readonly row: number;
  readonly problem: RowProblem;
  /** The record's key where that much could be read: a rejected row is in the file nevertheless. */
  readonly key?: string;
}

/** A file that cannot be taken at all; nothing of it is. */
export class FileRefused extends Error {
  override name = "FileRefused";
}

/** What a reader tells beside its rows. */
export interface ReadListeners {
  /** How many bytes of the file have been read. */
  readonly onBytes?: (read: number) => void;
  /** A value of a row that was left out, while the rest of the row is taken. */
  readonly onWarning?: (warning: RowProblem) => void;
}

/** Reads a register's file row by row. */
export type SourceReader = (file: string, listeners: ReadListeners) => AsyncIterable<SourceRow>;

/** Longest piece of a file's value that a message shows. */
const SHOWN = 200;

/** A problem of a row; of what was there its beginning. */
export const rowProblem = (row: number, column: string, expected: string, got: string): RowProblem => ({
  row,
  column,
  expected,
  got: got.slice(0, SHOWN),
});

/** Why a text cannot be a name, or null: what a bad byte has left, control characters, a quote that isn't closed. */
export function flawOf(text: string): string | null {
  if (text.includes("\ufffd")) return "UTF-8 without broken characters";
  // eslint-disable-next-line no-control-regex -- these are the characters that must not be there
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) return "text without control characters";
  return null;
}

/** Whether each straight quote of a name has its other one. */
export const hasBalancedQuotes = (text: string): boolean => text.split('"').length % 2 === 1;

/** The host of a web address without `www.`; null when there is none to be seen. */
export function domainOf(address: string | null): string | null {
  if (!address) return null;
  try {
    const { hostname } = new URL(/^https?:\/\//i.test(address) ? address : `http://${address}`);
    const domain = hostname
      .toLowerCase()
      .replace(/^www\d?\./, "")
      .replace(/\.$/, "");
    return domain.length <= 120 && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) ? domain : null;
  } catch {
    return null;
  }
}

/** Labels below which names are given out to unrelated owners: `ac.uk`, `k12.oh.us`. */
const SHARED_LABEL = /^(ac|co|com|edu|gov|net|org|[a-z]{2})$/;
const STATE_LABEL = /^(k12|cc|tec|lib|state)$/;

/** The part of a host that one owner has: `new.trinity.edu` and `www.trinity.edu` are both of `trinity.edu`. */
export function siteOf(host: string): string {
  const labels = host.split(".");
  let taken = 2;
  if (labels.at(-1)!.length === 2 && SHARED_LABEL.test(labels.at(-2)!)) taken = 3;
  if (taken === 3 && STATE_LABEL.test(labels.at(-3) ?? "")) taken = 4;
  return labels.slice(-taken).join(".");
}

/** A set of keys that holds nothing else: a string cut out of a file's text keeps that whole piece of text alive. */
export class KeySet {
  private readonly keys = new Set<string>();

  get size(): number {
    return this.keys.size;
  }

  /** True when the key is there for the first time. */
  add(key: string): boolean {
    const { size } = this.keys;
    return this.keys.add(Buffer.from(key).toString()).size > size;
  }
}
