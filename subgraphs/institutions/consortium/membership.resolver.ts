import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { institutions } from "../institution/institution.list.ts";
import { Institution } from "../institution/institution.ts";
import {
  AdmitInstitutionInput,
  ChangeMembershipInput,
  EndMembershipInput,
  InviteInstitutionInput,
} from "./consortium.inputs.ts";
import { consortia } from "./consortium.list.ts";
import { Consortium } from "./consortium.ts";
import { DataSharingTier, MembershipStatus } from "./membership.enums.ts";
import { membershipPolicy } from "./membership.policy.ts";
import * as service from "./membership.service.ts";
import { Membership } from "./membership.ts";

@Resolver(() => Membership)
export class MembershipResolver {
  @Mutation(() => Membership, {
    nullable: true,
    description: "Invites an institution into a consortium; for the consortium's admins.",
  })
  inviteInstitution(
    @Arg("input", () => InviteInstitutionInput) input: InviteInstitutionInput,
    @Ctx() ctx: SubgraphContext,
  ) {
    return service.inviteInstitution(ctx, input);
  }

  @Mutation(() => Membership, {
    nullable: true,
    description:
      "Accepts an invitation: the institution is a member from today. For its stewards, or an operator where it has none.",
  })
  admitInstitution(
    @Arg("input", () => AdmitInstitutionInput) input: AdmitInstitutionInput,
    @Ctx() ctx: SubgraphContext,
  ) {
    return service.admitInstitution(ctx, input);
  }

  @Mutation(() => Membership, {
    nullable: true,
    description:
      "Changes what an institution is in a consortium (for the consortium's admins) or what it shares there (for the institution's stewards). What is shared no more is hidden before this answers.",
  })
  changeMembership(
    @Arg("input", () => ChangeMembershipInput) input: ChangeMembershipInput,
    @Ctx() ctx: SubgraphContext,
  ) {
    return service.changeMembership(ctx, input);
  }

  @Mutation(() => Membership, {
    nullable: true,
    description:
      "Ends a membership or takes an invitation back; for the consortium's admins and the institution's stewards. What the institution shared is hidden from the members, save its parties, before this answers.",
  })
  endMembership(
    @Arg("input", () => EndMembershipInput) input: EndMembershipInput,
    @Ctx() ctx: SubgraphContext,
  ) {
    return service.endMembership(ctx, input);
  }

  @Needs("institutionId")
  @FieldResolver(() => Institution, { nullable: true, description: "The institution." })
  institution(
    @Root() { institutionId }: Membership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, institutions, institutionId);
  }

  @Needs("consortiumId")
  @FieldResolver(() => Consortium, { nullable: true, description: "The consortium." })
  consortium(
    @Root() { consortiumId }: Membership,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, consortia, consortiumId);
  }

  @Needs("status")
  @FieldResolver(() => MembershipStatus, {
    description:
      "Where it stands; a former member that is invited again has ENDED for those who don't know of the invitation.",
  })
  status(@Root() membership: Membership, @Ctx() { viewer }: SubgraphContext): MembershipStatus {
    const { status } = membership;
    const isSecret =
      status === MembershipStatus.INVITED && !membershipPolicy.readInvitation(viewer, membership);
    return isSecret ? MembershipStatus.ENDED : status;
  }

  @Needs("invitedOn")
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description:
      "Day of the last invitation; null where there was none, and for all but the consortium's admins, the institution's people and operators.",
  })
  invitedOn(@Root() membership: Membership, @Ctx() { viewer }: SubgraphContext): string | null {
    return membershipPolicy.readInvitation(viewer, membership) ? membership.invitedOn : null;
  }

  @Needs("dataSharingTier")
  @FieldResolver(() => DataSharingTier, {
    nullable: true,
    description:
      "What the institution shares there; null for all but the consortium's members and the institution's people.",
  })
  dataSharingTier(
    @Root() membership: Membership,
    @Ctx() { viewer }: SubgraphContext,
  ): DataSharingTier | null {
    return membershipPolicy.readTier(viewer, membership) ? membership.dataSharingTier : null;
  }
}
