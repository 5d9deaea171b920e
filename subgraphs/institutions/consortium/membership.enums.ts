import { registerEnumType } from "type-graphql";

export enum MembershipRole {
  LEAD = "LEAD",
  MEMBER = "MEMBER",
  OBSERVER = "OBSERVER",
}
registerEnumType(MembershipRole, {
  name: "MembershipRole",
  description: "What an institution is in a consortium.",
});

export enum MembershipStatus {
  INVITED = "INVITED",
  ACTIVE = "ACTIVE",
  ENDED = "ENDED",
}
registerEnumType(MembershipStatus, {
  name: "MembershipStatus",
  description: "Where a membership stands in its life: INVITED, then ACTIVE, then ENDED.",
  valuesConfig: {
    INVITED: { description: "Asked to join; shares nothing and sees nothing yet." },
    ACTIVE: { description: "A member." },
    ENDED: { description: "No longer a member, or an invitation that came to nothing." },
  },
});

/** The names of the tiers, as `shared/projection/sharing.ts` ranks them. */
export enum DataSharingTier {
  PROFILE = "PROFILE",
  PARTNERSHIPS = "PARTNERSHIPS",
  FIGURES = "FIGURES",
}
registerEnumType(DataSharingTier, {
  name: "DataSharingTier",
  description:
    "What an institution shares with the other members of a consortium. It narrows what they see of records whose visibility is CONSORTIUM; what is public stays so, and parties always see their own.",
  valuesConfig: {
    PROFILE: { description: "Only that it is a member." },
    PARTNERSHIPS: {
      description:
        "Its partnerships and the programs under them, where every member among their parties shares them.",
    },
    FIGURES: { description: "Figures about it, its partnerships and their programs, too." },
  },
});
