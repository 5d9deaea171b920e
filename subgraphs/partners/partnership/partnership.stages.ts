import { PartnershipStage } from "./partnership.enums.ts";

const S = PartnershipStage;

/** The allowed transitions between stages: a partnership goes from a stage to one of these and to no other. */
export const NEXT_STAGES: Readonly<Record<PartnershipStage, readonly PartnershipStage[]>> = {
  [S.PROSPECT]: [S.EXPLORING, S.DECLINED],
  [S.EXPLORING]: [S.NEGOTIATING, S.PROSPECT, S.DECLINED],
  [S.NEGOTIATING]: [S.SIGNED, S.EXPLORING, S.DECLINED],
  [S.SIGNED]: [S.ACTIVE, S.SUSPENDED, S.ENDED],
  [S.ACTIVE]: [S.UNDER_REVIEW, S.SUSPENDED, S.ENDED],
  [S.UNDER_REVIEW]: [S.ACTIVE, S.RENEWING, S.SUSPENDED, S.ENDED],
  [S.RENEWING]: [S.ACTIVE, S.ENDED],
  [S.SUSPENDED]: [S.ACTIVE, S.ENDED],
  [S.ENDED]: [],
  [S.DECLINED]: [S.PROSPECT],
};

/** The stages before the parties have signed: none of them is bound yet. */
export const UNSIGNED: readonly PartnershipStage[] = [S.PROSPECT, S.EXPLORING, S.NEGOTIATING, S.DECLINED];

/** Signatory parties that a partnership has at least, from SIGNED on. */
export const LEAST_SIGNATORIES = 2;
