import type { GraphQLResolveInfo } from "graphql";
import type { Sql } from "sql-template-tag";
import type { ClassType } from "type-graphql";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { administers } from "../../../shared/auth/rights.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import type { GuardedProperties } from "../../../shared/data/select.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { typeOfId } from "../../../shared/ids.ts";
import type { Check } from "../../../shared/write/check.ts";
import type { PolicyRule, RecordKind, VersionedRecord } from "../../../shared/write/record-kind.ts";
import { partnerOrganizations } from "../partner-organization/partner-organization.list.ts";
import type { PartnershipFacts } from "../partnership/partnership.facts.ts";
import { partyIds } from "../partnership/partnership.facts.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { actsFor } from "../partnership/partnership.policy.ts";
import { seesAmounts } from "../partnership/partnership.visibility.ts";
import { Party } from "../partnership/partnership-party.ts";

/* Records of one party of a partnership that carry amounts: contributions and benefits. */

/** The facts of a partnership, and the party that a record of it is of. */
export interface PartyRecordFacts extends PartnershipFacts {
  readonly partyId: string;
}

/** Whether a viewer may write a party's contributions and benefits. */
const writesFor = (viewer: Viewer, facts: PartnershipFacts, partyId: string): boolean =>
  administers(viewer, facts.consortiumId) ||
  (partyIds(facts).includes(partyId) && actsFor(viewer, facts.consortiumId, [partyId]));

/** Stewards of the party that a record is of, and admins of the consortium. */
export const byItsPartyAndAdmins: PolicyRule<PartyRecordFacts> = {
  who: "stewards of the party that it is of, and admins of its consortium.",
  may: (viewer, facts) => writesFor(viewer, facts, facts.partyId),
};

/** Checks the party of a new record: a present party of the partnership that the viewer may write for. */
export function expectOwnParty(
  check: Check<object>,
  viewer: Viewer,
  facts: PartnershipFacts,
  partyId: string,
): void {
  const isRight = partyIds(facts).includes(partyId) && writesFor(viewer, facts, partyId);
  check.expect(isRight, "partyId", "the id of a party that you act for", partyId);
}

/** Guards properties by the rule for amounts. */
export const guardedAmounts = (partnershipColumn: Sql, properties: readonly string[]): GuardedProperties =>
  Object.fromEntries(
    properties.map((each) => [each, { isVisible: (viewer) => seesAmounts(viewer, partnershipColumn) }]),
  );

/** How a noun is written whose records are of one party of a partnership. */
export function ofPartyOfPartnership<
  T extends VersionedRecord & { readonly partnershipId: string; readonly partyId: string },
>(kind: Omit<RecordKind<T, PartyRecordFacts>, "facts" | "context">): RecordKind<T, PartyRecordFacts> {
  const { policy, ...rest } = kind;
  const { facts, context } = ofPartnership<T>({ ...rest, policy: {} });
  return {
    ...rest,
    policy,
    context,
    facts: async (reader, records) => {
      const known = await facts(reader, records);
      return records.map(({ partyId }, index) => ({ ...known[index]!, partyId }));
    },
  };
}

/** The resolver of the field `party` of records that are of one. */
export function partyOf(type: () => ClassType, description: string): Function {
  @Resolver(type)
  class PartyField {
    @Needs("partyId")
    @FieldResolver(() => Party, { nullable: true, description })
    async party(
      @Root() { partyId }: { readonly partyId: string },
      @Ctx() ctx: SubgraphContext,
      @Info() info: GraphQLResolveInfo,
    ) {
      if (typeOfId(partyId) === "Institution") return { __typename: "Institution", id: partyId };
      const organization = await loadRecord(ctx, info, partnerOrganizations, partyId);
      return organization && { ...organization, __typename: "PartnerOrganization" };
    }
  }
  return PartyField;
}
