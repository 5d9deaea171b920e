import type { Viewer } from "../../../shared/auth/viewer.ts";
import { belongsTo } from "../../../shared/auth/rights.ts";
import { LEAST_SIGNATORIES } from "../partnership/partnership.stages.ts";
import { ApprovalState } from "./agreement.enums.ts";
import type { Agreement } from "./agreement.ts";

type Approved = Pick<Agreement, "approvals" | "latestNumber">;

/** Whether a party has approved the latest version. */
const hasApproved = ({ approvals, latestNumber }: Approved, partyId: string): boolean =>
  approvals.some((each) => each.partyId === partyId && each.number === latestNumber);

/** Whether all signatory parties, of which there are two or more, have approved the latest version. */
export const isApprovedByAll = (agreement: Approved, signatories: readonly string[]): boolean =>
  signatories.length >= LEAST_SIGNATORIES && signatories.every((id) => hasApproved(agreement, id));

/** Who has approved the latest version, seen from the viewer's side. */
export function approvalStateOf(
  agreement: Approved,
  signatories: readonly string[],
  viewer: Viewer,
): ApprovalState {
  if (isApprovedByAll(agreement, signatories)) return ApprovalState.BOTH;
  if (!signatories.some((id) => hasApproved(agreement, id))) return ApprovalState.NONE;
  const own = signatories.filter((id) => belongsTo(viewer, [id]));
  const isLocal = own.length > 0 && own.every((id) => hasApproved(agreement, id));
  return isLocal ? ApprovalState.LOCAL_ONLY : ApprovalState.PARTNER_ONLY;
}
