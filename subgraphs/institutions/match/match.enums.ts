import { registerEnumType } from "type-graphql";

export enum MatchState {
  JOINED = "JOINED",
  AMBIGUOUS = "AMBIGUOUS",
  KEPT_APART = "KEPT_APART",
}
registerEnumType(MatchState, {
  name: "MatchState",
  description: "Whether a ROR record and an IPEDS unit are one institution.",
  valuesConfig: {
    JOINED: { description: "They are one, by what the registers say or by a person's decision." },
    AMBIGUOUS: { description: "They may be one: a person has to look." },
    KEPT_APART: { description: "A person has ruled out what they could have been; nothing else is open." },
  },
});

/** Why a record is left to a person, as `import/pairing.ts` says it. */
export enum MatchReason {
  SEVERAL_UNITS = "SEVERAL_UNITS",
  SEVERAL_RECORDS = "SEVERAL_RECORDS",
  UNCERTAIN = "UNCERTAIN",
}
registerEnumType(MatchReason, {
  name: "MatchReason",
  description: "Why a match is left to a person.",
  valuesConfig: {
    SEVERAL_UNITS: { description: "Several units are as much alike." },
    SEVERAL_RECORDS: { description: "Another ROR record is the same unit as certainly, or more so." },
    UNCERTAIN: { description: "Name, site and town do not agree enough for one that is certain." },
  },
});

export enum MatchVerdict {
  JOINED = "JOINED",
  KEPT_APART = "KEPT_APART",
}
registerEnumType(MatchVerdict, {
  name: "MatchVerdict",
  description: "What a person has decided of a pair; it holds for every later import, until it is undone.",
  valuesConfig: {
    JOINED: { description: "They are one institution." },
    KEPT_APART: { description: "They are two." },
  },
});
