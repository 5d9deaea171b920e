import { registerEnumType } from "type-graphql";

export enum InstitutionType {
  K12_SCHOOL = "K12_SCHOOL",
  SCHOOL_DISTRICT = "SCHOOL_DISTRICT",
  EDUCATION_SERVICE_AGENCY = "EDUCATION_SERVICE_AGENCY",
  COMMUNITY_COLLEGE = "COMMUNITY_COLLEGE",
  TECHNICAL_COLLEGE = "TECHNICAL_COLLEGE",
  COLLEGE = "COLLEGE",
  UNIVERSITY = "UNIVERSITY",
  UNIVERSITY_SYSTEM = "UNIVERSITY_SYSTEM",
  RESEARCH_INSTITUTE = "RESEARCH_INSTITUTE",
  STATE_AGENCY = "STATE_AGENCY",
  OTHER = "OTHER",
}
registerEnumType(InstitutionType, {
  name: "InstitutionType",
  description: "What kind of institution it is.",
});

export enum InstitutionControl {
  PUBLIC = "PUBLIC",
  PRIVATE_NONPROFIT = "PRIVATE_NONPROFIT",
  PRIVATE_FORPROFIT = "PRIVATE_FORPROFIT",
}
registerEnumType(InstitutionControl, {
  name: "InstitutionControl",
  description: "Who governs an institution (IPEDS CONTROL 1, 2, 3).",
});

export enum InstitutionLevel {
  FOUR_YEAR = "FOUR_YEAR",
  TWO_YEAR = "TWO_YEAR",
  LESS_THAN_TWO_YEAR = "LESS_THAN_TWO_YEAR",
}
registerEnumType(InstitutionLevel, {
  name: "InstitutionLevel",
  description: "How long its longest programs take (IPEDS ICLEVEL 1, 2, 3).",
  valuesConfig: {
    FOUR_YEAR: { description: "Four years or more." },
    TWO_YEAR: { description: "At least two, less than four years." },
    LESS_THAN_TWO_YEAR: { description: "Less than two years." },
  },
});

export enum InstitutionStatus {
  ACTIVE = "ACTIVE",
  INACTIVE = "INACTIVE",
  WITHDRAWN = "WITHDRAWN",
}
registerEnumType(InstitutionStatus, {
  name: "InstitutionStatus",
  description: "Whether an institution goes on (ROR status; IPEDS: closed is inactive).",
  valuesConfig: {
    ACTIVE: { description: "It goes on." },
    INACTIVE: { description: "It has closed." },
    WITHDRAWN: { description: "Its record was made in error or is a double." },
  },
});

export enum NameKind {
  DISPLAY = "DISPLAY",
  LABEL = "LABEL",
  ALIAS = "ALIAS",
  ACRONYM = "ACRONYM",
}
registerEnumType(NameKind, { name: "NameKind", description: "What a name is used for (ROR name types)." });

export enum IdentifierScheme {
  ROR = "ROR",
  ISNI = "ISNI",
  GRID = "GRID",
  WIKIDATA = "WIKIDATA",
  FUNDREF = "FUNDREF",
  UNITID = "UNITID",
  OPEID = "OPEID",
  NCES_LEAID = "NCES_LEAID",
  NCES_SCHID = "NCES_SCHID",
  EIN = "EIN",
  UEI = "UEI",
  DOMAIN = "DOMAIN",
}
registerEnumType(IdentifierScheme, {
  name: "IdentifierScheme",
  description: "The register or system in which an identifier identifies.",
});

export enum RelationshipKind {
  PARENT = "PARENT",
  CHILD = "CHILD",
  RELATED = "RELATED",
  SUCCESSOR = "SUCCESSOR",
  PREDECESSOR = "PREDECESSOR",
}
registerEnumType(RelationshipKind, {
  name: "RelationshipKind",
  description: "How another institution stands to this one (ROR relationship types): its parent, its child…",
});
