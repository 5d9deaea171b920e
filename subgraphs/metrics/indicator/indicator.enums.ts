import { registerEnumType } from "type-graphql";

export enum IndicatorType {
  COUNT = "COUNT",
  SUM = "SUM",
  RATIO = "RATIO",
  MEAN = "MEAN",
  INDEX = "INDEX",
  NPS = "NPS",
}
registerEnumType(IndicatorType, {
  name: "IndicatorType",
  description: "How an indicator's value comes about.",
  valuesConfig: {
    COUNT: { description: "How many there are." },
    SUM: { description: "A quantity added up over those measured." },
    RATIO: {
      description: "A share of those measured, from 0 to 1; several are combined as a ratio of sums.",
    },
    MEAN: { description: "An average over those measured." },
    INDEX: { description: "A figure made of several, on a scale of its own." },
    NPS: {
      description: "Net promoter score, −100 to 100: percent who gave 9 or 10 less percent who gave 0 to 6.",
    },
  },
});

export enum IndicatorUnit {
  PEOPLE = "PEOPLE",
  SHARE = "SHARE",
  HOURS = "HOURS",
  MONEY = "MONEY",
  POINTS = "POINTS",
  THINGS = "THINGS",
}
registerEnumType(IndicatorUnit, {
  name: "IndicatorUnit",
  description: "What an indicator's value is measured in.",
  valuesConfig: {
    PEOPLE: { description: "Persons." },
    SHARE: { description: "A share from 0 to 1; 0.25 is 25 %." },
    HOURS: { description: "Hours." },
    MONEY: { description: "The smallest unit of the consortium's currency." },
    POINTS: { description: "Points of a scale that the definition names." },
    THINGS: { description: "Things other than persons, which the definition names." },
  },
});

export enum IndicatorDirection {
  HIGHER_IS_BETTER = "HIGHER_IS_BETTER",
  LOWER_IS_BETTER = "LOWER_IS_BETTER",
  NEUTRAL = "NEUTRAL",
}
registerEnumType(IndicatorDirection, {
  name: "IndicatorDirection",
  description: "Which way an indicator should go.",
});

export enum Additivity {
  ADDITIVE = "ADDITIVE",
  SEMI_ADDITIVE = "SEMI_ADDITIVE",
  NON_ADDITIVE = "NON_ADDITIVE",
}
registerEnumType(Additivity, {
  name: "Additivity",
  description: "Whether values may be added up.",
  valuesConfig: {
    ADDITIVE: { description: "Over every dimension." },
    SEMI_ADDITIVE: { description: "Over every dimension but time, where the last value counts." },
    NON_ADDITIVE: { description: "Over none; combine numerators and denominators." },
  },
});
