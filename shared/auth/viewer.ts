/** What a member may do in one consortium; the closed list of domain roles. */
export type Role = "MEMBER" | "ANALYST" | "STEWARD" | "CONSORTIUM_ADMIN" | "OPERATOR";

/**
 * Who is asking. It is part of every context and of every list's SQL; a subgraph receives it from the gateway
 * and trusts nothing else.
 */
export interface Viewer {
  /** Stable id of the person or service; `null` for a visitor. */
  readonly id: string | null;
  readonly kind: "VISITOR" | "PERSON" | "SERVICE";
  /** The institutions and partner organisations the viewer belongs to. */
  readonly organisationIds: readonly string[];
  /** The consortia the viewer is a member of, with the roles held in each. */
  readonly consortia: readonly { readonly id: string; readonly roles: readonly Role[] }[];
}

/** Somebody without credentials: sees what is public. */
export const VISITOR: Viewer = { id: null, kind: "VISITOR", organisationIds: [], consortia: [] };
