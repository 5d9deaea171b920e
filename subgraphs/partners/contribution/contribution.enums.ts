import { registerEnumType } from "type-graphql";

export enum ContributionCategory {
  CASH = "CASH",
  GRANT = "GRANT",
  IN_KIND = "IN_KIND",
  STAFF_TIME = "STAFF_TIME",
  EXPERTISE = "EXPERTISE",
  FACILITIES = "FACILITIES",
  EQUIPMENT = "EQUIPMENT",
  SOFTWARE = "SOFTWARE",
  DATA = "DATA",
  CURRICULUM = "CURRICULUM",
  VOLUNTEER_HOURS = "VOLUNTEER_HOURS",
}
registerEnumType(ContributionCategory, {
  name: "ContributionCategory",
  description: "What a party of a partnership gives to it or gets from it.",
});

export enum ValuationMethod {
  FACE_VALUE = "FACE_VALUE",
  MARKET_RATE = "MARKET_RATE",
  HOURLY_RATE = "HOURLY_RATE",
  INDEPENDENT_APPRAISAL = "INDEPENDENT_APPRAISAL",
  SELF_REPORTED = "SELF_REPORTED",
}
registerEnumType(ValuationMethod, {
  name: "ValuationMethod",
  description: "How the amount of a contribution or a benefit was arrived at.",
  valuesConfig: {
    FACE_VALUE: { description: "The amount of money itself." },
    MARKET_RATE: { description: "The price of the like on the market." },
    HOURLY_RATE: { description: "Hours times a rate per hour." },
    INDEPENDENT_APPRAISAL: { description: "Appraised by somebody who is not a party." },
    SELF_REPORTED: { description: "Estimated by the party itself." },
  },
});
