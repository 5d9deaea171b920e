import type { HistoryKind } from "../../shared/write/history.ts";
import { historyList, historySource } from "../../shared/write/history.ts";
import { agreementKind } from "./agreement/agreement.kind.ts";
import { actionItemKind } from "./action-item/action-item.kind.ts";
import { feedbackKind } from "./feedback/feedback.kind.ts";
import { interactionKind } from "./interaction/interaction.kind.ts";
import { benefitKind } from "./benefit/benefit.kind.ts";
import { contributionKind } from "./contribution/contribution.kind.ts";
import { exchangeRateKind } from "./exchange-rate/exchange-rate.kind.ts";
import { issueKind } from "./issue/issue.kind.ts";
import { partnerOrganizationKind } from "./partner-organization/partner-organization.kind.ts";
import { partnershipKind } from "./partnership/partnership.kind.ts";

/** The kinds of records whose changes are kept; those of kinds that are left out nobody sees. */
const KINDS: readonly HistoryKind[] = [
  partnerOrganizationKind,
  partnershipKind,
  issueKind,
  interactionKind,
  actionItemKind,
  feedbackKind,
  agreementKind,
  contributionKind,
  benefitKind,
  exchangeRateKind,
];

/** The changes of this subgraph's records. */
export const changes = historyList(historySource(() => KINDS));
