import { registerEnumType } from "type-graphql";

export enum AgreementKind {
  LOI = "LOI",
  MOU = "MOU",
  MOA = "MOA",
  ARTICULATION = "ARTICULATION",
  DATA_SHARING = "DATA_SHARING",
  AFFILIATION = "AFFILIATION",
  JOINT_DEGREE = "JOINT_DEGREE",
  GRANT = "GRANT",
  SERVICE = "SERVICE",
  NDA = "NDA",
}
registerEnumType(AgreementKind, {
  name: "AgreementKind",
  description: "What kind of agreement it is.",
  valuesConfig: {
    LOI: { description: "Letter of intent." },
    MOU: { description: "Memorandum of understanding." },
    MOA: { description: "Memorandum of agreement." },
    ARTICULATION: { description: "Transfer of courses and credits." },
    DATA_SHARING: { description: "Exchange and protection of data." },
    AFFILIATION: { description: "Affiliation, such as of a site of placements." },
    JOINT_DEGREE: { description: "A degree that several institutions award." },
    GRANT: { description: "Funds that are given for a purpose." },
    SERVICE: { description: "Services for payment." },
    NDA: { description: "Non-disclosure agreement." },
  },
});

export enum AgreementStatus {
  DRAFT = "DRAFT",
  APPROVED = "APPROVED",
  EXPIRED = "EXPIRED",
  TERMINATED = "TERMINATED",
  SUPERSEDED = "SUPERSEDED",
}
registerEnumType(AgreementStatus, {
  name: "AgreementStatus",
  description: "Where an agreement stands today (UTC).",
  valuesConfig: {
    DRAFT: { description: "No version has been approved by all signatory parties yet." },
    APPROVED: {
      description: "A version has been approved by all signatory parties, and its last day has not passed.",
    },
    EXPIRED: {
      description:
        "The last day of the approved version has passed; an agreement that renews itself does not expire.",
    },
    TERMINATED: { description: "A signatory party has terminated it, or withdrawn its draft." },
    SUPERSEDED: { description: "The agreement that renews it has taken effect." },
  },
});

export enum ApprovalState {
  BOTH = "BOTH",
  LOCAL_ONLY = "LOCAL_ONLY",
  PARTNER_ONLY = "PARTNER_ONLY",
  NONE = "NONE",
}
registerEnumType(ApprovalState, {
  name: "ApprovalState",
  description:
    "Who has approved the latest version of an agreement, seen from the viewer's side: the signatory parties that the viewer belongs to. Of three parties or more, BOTH means all of them, LOCAL_ONLY that the own side has approved and at least one other party has not.",
  valuesConfig: {
    BOTH: { description: "All signatory parties have approved it." },
    LOCAL_ONLY: { description: "The viewer's side has approved it; at least one other party has not." },
    PARTNER_ONLY: {
      description:
        "Others have approved it, and the viewer's side has not; also where the viewer belongs to none of the parties.",
    },
    NONE: { description: "No party has approved it." },
  },
});
