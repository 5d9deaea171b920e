import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { consortia, memberships } from "./consortium/consortium.list.ts";
import {
  identifiers,
  institutionLocations,
  institutionNames,
  institutionRelationships,
  institutions,
} from "./institution/institution.list.ts";
import { institutionMatches } from "./match/match.list.ts";

/**
 * The registry is open; of memberships the invitations and what is shared are not, and matches are for those who
 * answer for them.
 */
export const visibility: VisibilityTable = {
  Consortium: { rows: consortia },
  Membership: {
    rows: memberships,
    fields: { status: "POLICY", invitedOn: "POLICY", dataSharingTier: "POLICY" },
  },
  Institution: { rows: institutions },
  InstitutionName: { rows: institutionNames },
  Identifier: { rows: identifiers },
  InstitutionLocation: { rows: institutionLocations },
  InstitutionRelationship: { rows: institutionRelationships },
  InstitutionMatch: { rows: institutionMatches },
  MatchCandidate: { rows: "PART" },
};
