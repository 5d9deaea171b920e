import { GraphQLError } from "graphql";
import type { Limits } from "./limits.ts";

/** How the things are called that a limit counts. */
const COUNTED: Readonly<Record<Exclude<keyof Limits, "cost">, string>> = {
  characters: "characters in the query",
  tokens: "tokens in the query",
  nesting: "brackets inside each other",
  inputDepth: "lists or objects inside each other in one value",
  depth: "levels of fields and fragments",
  aliases: "aliases",
  directives: "directives",
  fragments: "fragments",
  rootFields: "fields at the root",
  expandedFields: "fields where its fragments are spread",
  plannedFields: "fields over all types of its interfaces and unions",
  listItems: "values in a list",
  variableValues: "values in the variables",
};

/** Throws the refusal of what is more than a limit; nothing else of the request has to be looked at. */
export function refuseAbove(max: number, limit: keyof typeof COUNTED, got: number): void {
  if (got <= max) return;
  throw limitExceeded(limit, max, got);
}

/** The refusal of what is more than a limit; `got` is left out where counting ended at the limit. */
export function limitExceeded(limit: keyof typeof COUNTED, max: number, got?: number): GraphQLError {
  // A bomb's count may be no number that JSON has.
  const counted = got === undefined ? undefined : Math.min(got, Number.MAX_SAFE_INTEGER);
  return new GraphQLError(`Expected at most ${max} ${COUNTED[limit]}; got ${counted ?? "more"}.`, {
    extensions: {
      code: "LIMIT_EXCEEDED",
      limit,
      max,
      ...(counted === undefined ? {} : { got: counted }),
      http: { status: 400 },
    },
  });
}

/**
 * Throws where a text is none: NUL ends a text in one database and is a character in the other, and half of a
 * character (a lone surrogate) is none in GraphQL, and another one once it is stored.
 */
export function refuseText(text: string): void {
  if (!/\0|\p{Surrogate}/u.test(text)) return;
  throw new GraphQLError("Expected texts of whole characters other than NUL; got something else.", {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}

/** Throws the refusal of an operation that costs more than it may. */
export function refuseCost(requested: number, max: number): void {
  // What is no number is no cost that could be allowed.
  if (requested <= max) return;
  throw new GraphQLError(`Expected a cost of at most ${max}; got ${requested}. Ask for shorter lists.`, {
    extensions: { code: "COST_EXCEEDED", requested, max, http: { status: 400 } },
  });
}
