import sql, { join } from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { defineFilter, enumFilter, StringFilter } from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { partnerOrganizationIsVisible } from "../../../shared/projection/partner-organization.ts";
import { Contact } from "./contact.ts";
import { AgentSector, OrganizationType, SizeBand } from "./partner-organization.enums.ts";
import { PartnerOrganization } from "./partner-organization.ts";

/** How partner organisations are read. */
export const partnerOrganizations: RecordSource = {
  record: PartnerOrganization,
  alias: "o",
  visible: (viewer) => partnerOrganizationIsVisible(viewer, "o"),
  always: ["id"],
};

/**
 * How contacts are read, with an organisation that has passed its own rule: by its own people, and by those of the
 * parties of a partnership with it.
 */
export const contacts: RecordSource = {
  record: Contact,
  alias: "c",
  visible: ({ organisationIds }) => {
    if (organisationIds.length === 0) return sql`1 = 0`;
    const own = join([...organisationIds]);
    return sql`(c.organization_id IN (${own}) OR EXISTS (SELECT 1 FROM partnership_party its JOIN partnership_party ours ON ours.partnership_id = its.partnership_id WHERE its.party_id = c.organization_id AND ours.party_id IN (${own})))`;
  },
  always: ["id", "position"],
};

/** How contacts are read by their ids: by those who see their organisation, too. */
export const contactsById: RecordSource = {
  ...contacts,
  visible: (viewer) =>
    sql`(${contacts.visible(viewer)} AND EXISTS (SELECT 1 FROM partner_organization o WHERE o.id = c.organization_id AND ${partnerOrganizations.visible(viewer)}))`,
};

export const partnerOrganizationFilter = defineFilter(
  "PartnerOrganizationFilter",
  "Which partner organisations to list.",
  {
    name: {
      type: StringFilter,
      column: column("o.name"),
      folded: column("o.name_key"),
      description: "Its name.",
    },
    orgType: {
      type: enumFilter("OrganizationType", OrganizationType),
      column: column("o.org_type"),
      description: "Its kind.",
    },
    agentSector: {
      type: enumFilter("AgentSector", AgentSector),
      column: column("o.agent_sector"),
      description: "Its sector.",
    },
    sizeBand: {
      type: enumFilter("SizeBand", SizeBand),
      column: column("o.size_band"),
      description: "How many people work there.",
    },
    naics: { type: StringFilter, column: column("o.naics"), isCode: true, description: "Its industry." },
    country: { type: StringFilter, column: column("o.country"), isCode: true, description: "Its country." },
    subdivision: {
      type: StringFilter,
      column: column("o.subdivision"),
      isCode: true,
      description: "Its state or province.",
    },
  },
);

export const partnerOrganizationOrder = defineOrder(
  "PartnerOrganizationOrder",
  { NAME: { expression: column("o.name_key"), description: "By name, whatever its case and accents." } },
  { id: column("o.id"), default: [{ field: "NAME" }] },
);
