import { loadRecord } from "../../shared/data/loaders.ts";
import type { SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { clearMemberships, projectMemberships } from "../../shared/projection/membership.ts";
import { InstitutionResolver } from "./institution/institution.resolver.ts";
import { forgetInstitutions, projectInstitutions } from "./institution/institution.projection.ts";
import { nouns } from "./nouns.ts";
import { Partners0011 } from "./migrations/0011-agreements.ts";
import { Partners0013 } from "./migrations/0013-interactions.ts";
import { equityResolvers } from "./equity/equity.resolver.ts";
import { loadDemo } from "./demo.ts";
import { Partners0001 } from "./migrations/0001-partners.ts";
import { Partners0002 } from "./migrations/0002-sharing.ts";
import { Partners0003 } from "./migrations/0003-contacts.ts";
import { Partners0004 } from "./migrations/0004-visibility-feed.ts";
import { Partners0005 } from "./migrations/0005-ids.ts";
import { Partners0006 } from "./migrations/0006-feed-position.ts";
import { Partners0007, Partners0008, Partners0009 } from "./migrations/0007-writing.ts";
import { Partners0010 } from "./migrations/0010-issues.ts";
import { Partners0012 } from "./migrations/0012-contributions.ts";
import { Contact } from "./partner-organization/contact.ts";
import { contactsById } from "./partner-organization/partner-organization.list.ts";
import {
  PartnerOrganizationCandidateResolver,
  PartnerOrganizationResolver,
} from "./partner-organization/partner-organization.resolver.ts";
import { PARTNERSHIPS, partnershipPartiesById } from "./partnership/partnership.list.ts";
import { PartnershipParty } from "./partnership/partnership-party.ts";
import { PartnershipPartyResolver, PartnershipResolver } from "./partnership/partnership.resolver.ts";
import { visibility } from "./visibility.ts";

/** Partner organisations, and the partnerships they and the institutions form. */
export const partners: SubgraphDefinition = {
  name: "partners",
  entities: [...nouns.entities, Contact, PartnershipParty],
  migrations: [
    Partners0001,
    Partners0002,
    Partners0003,
    Partners0004,
    Partners0005,
    Partners0006,
    Partners0007,
    Partners0008,
    Partners0009,
    Partners0010,
    Partners0011,
    Partners0012,
    Partners0013,
  ],
  loadDemo,
  resolvers: [
    PartnerOrganizationResolver,
    PartnershipResolver,
    PartnershipPartyResolver,
    InstitutionResolver,
    PartnerOrganizationCandidateResolver,
    ...nouns.resolvers,
    ...equityResolvers,
  ],
  visibility,
  references: {
    ...nouns.references,
    Contact: ({ id }, ctx, info) => loadRecord(ctx, info, contactsById, id!),
    PartnershipParty: ({ id }, ctx, info) => loadRecord(ctx, info, partnershipPartiesById, id!),
    // Ours only by its key: nothing to load.
    Institution: (key) => key,
  },
  subscriptions: [
    {
      source: "institutions",
      async apply(tx, events) {
        await projectMemberships(tx, events, PARTNERSHIPS);
        await projectInstitutions(tx, events);
      },
      async forget(tx) {
        await clearMemberships(tx, PARTNERSHIPS);
        await forgetInstitutions(tx);
      },
    },
  ],
};
