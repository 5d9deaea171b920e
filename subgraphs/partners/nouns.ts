import { assemble } from "../../shared/write/noun.ts";
import { changes } from "./changes.ts";
import { agreementNoun } from "./agreement/agreement.noun.ts";
import { actionItemNoun } from "./action-item/action-item.noun.ts";
import { feedbackNoun } from "./feedback/feedback.noun.ts";
import { interactionNoun } from "./interaction/interaction.noun.ts";
import { benefitNoun } from "./benefit/benefit.noun.ts";
import { contributionNoun } from "./contribution/contribution.noun.ts";
import { exchangeRateNoun } from "./exchange-rate/exchange-rate.noun.ts";
import { issueNoun } from "./issue/issue.noun.ts";
import { partnerOrganizationNoun } from "./partner-organization/partner-organization.noun.ts";
import { partnershipNoun } from "./partnership/partnership.noun.ts";

/** The nouns that mutations of this subgraph write; one line each, here and in `changes.ts`. */
const NOUNS = [
  partnerOrganizationNoun,
  partnershipNoun,
  issueNoun,
  interactionNoun,
  actionItemNoun,
  feedbackNoun,
  agreementNoun,
  contributionNoun,
  benefitNoun,
  exchangeRateNoun,
];

/** What the nouns make up of the subgraph's definition. */
export const nouns = assemble(NOUNS, changes);
