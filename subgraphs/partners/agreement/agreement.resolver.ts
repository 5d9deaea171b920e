import type { GraphQLResolveInfo } from "graphql";
import sql, { raw } from "sql-template-tag";
import { Ctx, Directive, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { inList, loadList, loadRecord } from "../../../shared/data/loaders.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { typeOfId } from "../../../shared/ids.ts";
import { partnerOrganizations } from "../partner-organization/partner-organization.list.ts";
import { Party } from "../partnership/partnership-party.ts";
import { partnershipFacts, signatoryIds } from "../partnership/partnership.facts.ts";
import { AgreementStatus, ApprovalState } from "./agreement.enums.ts";
import { agreementKind, agreementVersions, statusOf } from "./agreement.kind.ts";
import { Agreement, AgreementApproval, AgreementVersion } from "./agreement.ts";
import { approvalStateOf } from "./approval.ts";
import type { Terms } from "./terms.ts";
import { AgreementTermsChange, differences } from "./terms.ts";

@Resolver(() => Agreement)
export class AgreementResolver {
  @Needs("approvedOn", "terminatedOn", "supersededOn", "expiresOn", "autoRenew")
  @FieldResolver(() => AgreementStatus, { description: "Where it stands today." })
  status(@Root() agreement: Agreement): AgreementStatus {
    return statusOf(agreement);
  }

  @Needs("approvedOn", "terminatedOn", "supersededOn", "effectiveOn", "expiresOn", "autoRenew")
  @FieldResolver(() => Boolean, { description: "Whether it is APPROVED and its first day has come." })
  isInForce(@Root() agreement: Agreement): boolean {
    const { effectiveOn } = agreement;
    return (
      statusOf(agreement) === AgreementStatus.APPROVED && (effectiveOn === null || effectiveOn <= today())
    );
  }

  @Needs("partnershipId", "approvals", "latestNumber")
  @FieldResolver(() => ApprovalState, {
    description: "Who has approved the latest version, of today's signatory parties.",
  })
  async approvalState(
    @Root() agreement: Agreement,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApprovalState> {
    const { partnershipId } = agreement;
    const signatories = await ctx.loaders.load(info, "signatories", partnershipId, async (ids) => {
      const facts = await partnershipFacts(ctx.db, ids as string[]);
      return new Map(ids.map((id, index) => [id, signatoryIds(facts[index]!)]));
    });
    return approvalStateOf(agreement, signatories ?? [], ctx.viewer);
  }

  @Directive("@listSize(assumedSize: 3)")
  @Needs("approvals", "latestNumber")
  @FieldResolver(() => [AgreementApproval], {
    description: "The latest approval of each party that has given one, the newest first.",
  })
  approvals(@Root() { id, approvals, latestNumber }: Agreement): AgreementApproval[] {
    return approvals.map((each) => ({
      ...each,
      agreementId: id,
      latestNumber,
      isCurrent: each.number === latestNumber,
    }));
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [AgreementVersion], {
    description:
      "The versions of its terms, the latest first; empty for others than people of the partnership's parties.",
  })
  versions(@Root() { id }: Agreement, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    const parent = { column: raw("av.agreement_id"), key: id };
    return loadList(ctx, info, agreementVersions, parent, raw("av.number DESC"));
  }

  @Needs("predecessorId")
  @FieldResolver(() => Agreement, {
    nullable: true,
    description: "The agreement that it renews; null where it renews none.",
  })
  predecessor(
    @Root() { predecessorId }: Agreement,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return predecessorId && loadRecord(ctx, info, agreementKind.source, predecessorId);
  }
}

@Resolver(() => AgreementApproval)
export class AgreementApprovalResolver {
  @FieldResolver(() => Party, {
    nullable: true,
    description: "The party that approved; null when it isn't yours to see.",
  })
  async party(
    @Root() { partyId }: AgreementApproval,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (typeOfId(partyId) === "Institution") return { __typename: "Institution", id: partyId };
    const organization = await loadRecord(ctx, info, partnerOrganizations, partyId);
    return organization && { ...organization, __typename: "PartnerOrganization" };
  }

  @FieldResolver(() => [AgreementTermsChange], {
    nullable: true,
    description:
      "The terms in which the latest version differs from the one that the party approved; empty when it approved the latest, null for others than people of the partnership's parties.",
  })
  async drift(
    @Root() { agreementId, number, latestNumber }: AgreementApproval,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AgreementTermsChange[] | null> {
    const [approved, latest] = await Promise.all(
      [number, latestNumber].map((each) =>
        ctx.loaders.load(info, "terms", `${agreementId} ${each}`, (keys) => readTerms(ctx, keys as string[])),
      ),
    );
    return approved && latest ? differences(approved, latest) : null;
  }
}

/** The terms of versions by keys of agreement and number, as far as the viewer may see them, by one statement. */
async function readTerms(
  { db, viewer }: SubgraphContext,
  keys: readonly string[],
): Promise<Map<string | number, Terms>> {
  const pairs = keys.map((key) => key.split(" ") as [string, string]);
  const ids = [...new Set(pairs.map(([id]) => id))];
  const numbers = [...new Set(pairs.map(([, number]) => Number(number)))];
  const rows = await db.read<{ id: string; number: number; terms: string }>(
    sql`SELECT av.agreement_id AS id, av.number, av.canonical_terms AS terms FROM agreement_version av WHERE av.agreement_id IN (${inList(ids)}) AND av.number IN (${inList(numbers)}) AND ${agreementVersions.visible(viewer)}`,
  );
  return new Map(rows.map(({ id, number, terms }) => [`${id} ${number}`, JSON.parse(terms) as Terms]));
}
