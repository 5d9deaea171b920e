import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { defineFilter, enumFilter, IdFilter, StringFilter } from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { MatchReason, MatchState } from "./match.enums.ts";
import { matchPolicy } from "./match.policy.ts";
import { InstitutionMatch, MatchCandidate } from "./match.ts";

/** How matches are read. */
export const institutionMatches: RecordSource = {
  record: InstitutionMatch,
  alias: "im",
  visible: (viewer) => (matchPolicy.read(viewer) ? sql`1 = 1` : sql`1 = 0`),
  always: ["ror"],
};

/** How the candidates of a match are read: with a match that has passed its own rule. */
export const matchCandidates: RecordSource = {
  record: MatchCandidate,
  alias: "mc",
  visible: () => sql`1 = 1`,
  always: ["unitid"],
};

export const matchFilter = defineFilter("InstitutionMatchFilter", "Which matches to list.", {
  state: {
    type: enumFilter("MatchState", MatchState),
    column: column("im.state"),
    description: "Where they stand.",
  },
  reason: {
    type: enumFilter("MatchReason", MatchReason),
    column: column("im.reason"),
    description: "Why a person has to look.",
  },
  ror: { type: IdFilter, column: column("im.ror"), description: "The ROR id." },
  unitid: { type: IdFilter, column: column("im.unitid"), description: "The unit that it is joined with." },
  name: {
    type: StringFilter,
    column: column("im.name"),
    folded: column("im.name_key"),
    description: "What ROR calls it.",
  },
});

export const matchOrder = defineOrder(
  "InstitutionMatchOrder",
  {
    NAME: { expression: column("im.name_key"), description: "By ROR's name, whatever its case and accents." },
  },
  { id: column("im.ror"), default: [{ field: "NAME" }] },
);
