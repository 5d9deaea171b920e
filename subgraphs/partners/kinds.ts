import { historyList, historySource } from "../../shared/write/history.ts";
import { partnerOrganizationKind } from "./partner-organization/partner-organization.kind.ts";
import { partnershipKind } from "./partnership/partnership.kind.ts";

/** The kinds of records that mutations of this subgraph change; one line each. */
const KINDS = [partnerOrganizationKind, partnershipKind];

/** How the histories of this subgraph's records are read. */
export const history = historySource(() => KINDS);

/** The changes of this subgraph's records. */
export const changes = historyList(history);
