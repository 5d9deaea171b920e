import { registerEnumType } from "type-graphql";

export enum PartnershipType {
  PUBLIC_PRIVATE = "PUBLIC_PRIVATE",
  ACADEMIC_COLLABORATION = "ACADEMIC_COLLABORATION",
  COMMUNITY = "COMMUNITY",
  PHILANTHROPIC = "PHILANTHROPIC",
  GOVERNMENT = "GOVERNMENT",
  CONSORTIAL = "CONSORTIAL",
}
registerEnumType(PartnershipType, {
  name: "PartnershipType",
  description: "The broad kind of a partnership.",
});

export enum PartnershipSubtype {
  JOINT_DEGREE = "JOINT_DEGREE",
  DUAL_ENROLLMENT = "DUAL_ENROLLMENT",
  RESEARCH_INITIATIVE = "RESEARCH_INITIATIVE",
  FACULTY_EXCHANGE = "FACULTY_EXCHANGE",
  STUDENT_EXCHANGE = "STUDENT_EXCHANGE",
  ARTICULATION_TRANSFER = "ARTICULATION_TRANSFER",
  WORK_BASED_LEARNING = "WORK_BASED_LEARNING",
  MENTORING = "MENTORING",
  CURRICULUM = "CURRICULUM",
  RESOURCE_SHARING = "RESOURCE_SHARING",
  PROFESSIONAL_DEVELOPMENT = "PROFESSIONAL_DEVELOPMENT",
  INFRASTRUCTURE = "INFRASTRUCTURE",
  DIGITAL_TOOLS = "DIGITAL_TOOLS",
  POLICY = "POLICY",
}
registerEnumType(PartnershipSubtype, {
  name: "PartnershipSubtype",
  description: "What the partners chiefly do together.",
});

export enum Modality {
  IN_PERSON = "IN_PERSON",
  VIRTUAL = "VIRTUAL",
  HYBRID = "HYBRID",
}
registerEnumType(Modality, {
  name: "Modality",
  description: "Whether people meet in person, online, or both.",
});

export enum PartnershipScope {
  LOCAL = "LOCAL",
  REGIONAL = "REGIONAL",
  NATIONAL = "NATIONAL",
  INTERNATIONAL = "INTERNATIONAL",
}
registerEnumType(PartnershipScope, {
  name: "PartnershipScope",
  description: "How far a partnership reaches.",
});

export enum PartnershipStage {
  PROSPECT = "PROSPECT",
  EXPLORING = "EXPLORING",
  NEGOTIATING = "NEGOTIATING",
  SIGNED = "SIGNED",
  ACTIVE = "ACTIVE",
  UNDER_REVIEW = "UNDER_REVIEW",
  RENEWING = "RENEWING",
  ENDED = "ENDED",
  SUSPENDED = "SUSPENDED",
  DECLINED = "DECLINED",
}
registerEnumType(PartnershipStage, {
  name: "PartnershipStage",
  description: "Where a partnership stands in its life, from first contact to renewal or end.",
});

export enum PartnershipVisibility {
  PUBLIC = "PUBLIC",
  CONSORTIUM = "CONSORTIUM",
  PARTIES = "PARTIES",
}
registerEnumType(PartnershipVisibility, {
  name: "Visibility",
  description: "Who may see a record and all that hangs on it.",
  valuesConfig: {
    PUBLIC: { description: "Everybody." },
    CONSORTIUM: {
      description:
        "The members of its consortium, as far as its parties share it with them, and its parties.",
    },
    PARTIES: { description: "Its parties only." },
  },
});

export enum PartyKind {
  INSTITUTION = "INSTITUTION",
  PARTNER_ORGANIZATION = "PARTNER_ORGANIZATION",
}
registerEnumType(PartyKind, { name: "PartyKind", description: "What a party of a partnership is." });

export enum PartyRole {
  LEAD = "LEAD",
  CO_LEAD = "CO_LEAD",
  CONTRIBUTOR = "CONTRIBUTOR",
  FUNDER = "FUNDER",
  BENEFICIARY = "BENEFICIARY",
  INTERMEDIARY = "INTERMEDIARY",
  EVALUATOR = "EVALUATOR",
}
registerEnumType(PartyRole, { name: "PartyRole", description: "What a party does in a partnership." });
