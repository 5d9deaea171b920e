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
