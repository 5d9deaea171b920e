/** What is written to the audit log; a closed list. */
export const AUDIT_ACTIONS = [
  "SIGN_IN_REFUSED",
  "ACCESS_DENIED",
  "RAW_FIGURES_READ",
  "KEY_CREATED",
  "KEY_ROTATED",
  "KEY_REVOKED",
  "ROLE_GRANTED",
  "ROLE_WITHDRAWN",
  "CONSORTIUM_CREATED",
  "MEMBERSHIP_INVITED",
  "MEMBERSHIP_ADMITTED",
  "MEMBERSHIP_CHANGED",
  "MEMBERSHIP_ENDED",
  "INSTITUTIONS_JOINED",
  "INSTITUTIONS_KEPT_APART",
  "MATCH_DECISION_UNDONE",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * A read that has to be in the audit log. A subgraph says so in its answer (`extensions.audit`, a list of these);
 * the gateway writes them before the client gets its answer, and adds who asked, when and in which request.
 */
export interface AuditedRead {
  readonly action: Extract<AuditAction, "RAW_FIGURES_READ">;
  /** Whose data was read: an institution or a partner organisation. */
  readonly organisationId: string;
  /** The consortium under which it was read; null where it belongs to none. */
  readonly consortiumId: string | null;
  /** How many records. */
  readonly count: number;
}

/** What one operation has read that has to be in the audit log: one entry for each organisation and consortium. */
export class AuditedReads {
  private readonly entries = new Map<string, AuditedRead>();

  /** Takes note of so many records of an organisation's. */
  add(read: AuditedRead): void {
    const key = [read.action, read.organisationId, read.consortiumId].join(" ");
    const count = (this.entries.get(key)?.count ?? 0) + read.count;
    this.entries.set(key, { ...read, count });
  }

  /** An answer with what was read for it, in `extensions.audit`; the answer itself where that is nothing. */
  addTo<Answer extends { extensions?: object }>(answer: Answer): Answer {
    if (this.entries.size === 0) return answer;
    return { ...answer, extensions: { ...answer.extensions, audit: [...this.entries.values()] } };
  }
}
