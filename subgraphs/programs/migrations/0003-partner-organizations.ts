import { tablesMigration } from "../../../shared/data/table.ts";
import { partnerOrganizationProjectionTable } from "../../../shared/projection/partner-organization.ts";

/** Who may see the partner organisations that provide programs. */
export const Programs0003 = tablesMigration("Programs1764200000003", partnerOrganizationProjectionTable);
