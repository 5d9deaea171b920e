import { registerEnumType } from "type-graphql";

export enum OrganizationType {
  BUSINESS = "BUSINESS",
  GOVERNMENT = "GOVERNMENT",
  NONPROFIT = "NONPROFIT",
  PHILANTHROPY = "PHILANTHROPY",
  RESEARCH_ORGANIZATION = "RESEARCH_ORGANIZATION",
  EDUCATION = "EDUCATION",
  INDUSTRY_ASSOCIATION = "INDUSTRY_ASSOCIATION",
  LABOR_UNION = "LABOR_UNION",
  RELIGIOUS = "RELIGIOUS",
  COMMUNITY_BASED = "COMMUNITY_BASED",
  OTHER = "OTHER",
}
registerEnumType(OrganizationType, {
  name: "OrganizationType",
  description: "What kind of organisation a partner is.",
});

export enum AgentSector {
  PUBLIC = "PUBLIC",
  PRIVATE_FOR_PROFIT = "PRIVATE_FOR_PROFIT",
  PRIVATE_NONPROFIT = "PRIVATE_NONPROFIT",
}
registerEnumType(AgentSector, {
  name: "AgentSector",
  description: "Where an organisation sits in the economy (CTDL, agent sector type).",
});

export enum SizeBand {
  MICRO = "MICRO",
  SMALL = "SMALL",
  MEDIUM = "MEDIUM",
  LARGE = "LARGE",
}
registerEnumType(SizeBand, {
  name: "SizeBand",
  description: "How many people work there.",
  valuesConfig: {
    MICRO: { description: "Fewer than 10." },
    SMALL: { description: "10 to 49." },
    MEDIUM: { description: "50 to 249." },
    LARGE: { description: "250 or more." },
  },
});
