/** What one request may ask for at most; `DEFAULT_LIMITS` says why each is what it is. */
export interface Limits {
  /** Characters of the query's text. */
  readonly characters: number;
  /** Words, names, numbers and signs of the text. */
  readonly tokens: number;
  /** Brackets of any kind inside each other, in the text; lists and objects inside each other, in variables. */
  readonly nesting: number;
  /** Fields and inline fragments inside each other, through the fragments that are spread. */
  readonly depth: number;
  /** Fields with a name of the client's own. */
  readonly aliases: number;
  /** Directives anywhere in the text. */
  readonly directives: number;
  /** Fragment definitions. */
  readonly fragments: number;
  /** Fields at the root of an operation, through the fragments that are spread there. */
  readonly rootFields: number;
  /** Fields of an operation, counted as if each fragment stood wherever it is spread. */
  readonly expandedFields: number;
  /** The same, and as if each field of an interface or union were asked of each of its types: what is planned. */
  readonly plannedFields: number;
  /** Values in one list of the text. */
  readonly listItems: number;
  /** Values in all variables together. */
  readonly variableValues: number;
  /** What an operation may cost, by `createCostModel`. */
  readonly cost: number;
}

/**
 * What this gateway takes unless told otherwise. What a person or a program writes stays far below: the flagship
 * query has 300 tokens, 30 expanded and 80 planned fields, the introspection of an explorer 190 tokens and 15 levels.
 *
 * - A document just within `expandedFields` is validated in about 20 ms at worst: comparing all fields with all
 *   others is quadratic, and graphql-js gives up (at about 100 ms) only far beyond.
 * - The time of planning grows with the square of `plannedFields`, and a chain of interfaces triples these with each
 *   link: 200 of them take up to 25 ms, 500 up to 95, 1,800 up to 1.6 s. A plan cannot be stopped.
 * - Beyond about 1,500 brackets inside each other the parser runs out of stack; the planner takes 50 selections.
 * - A list of more than 200 values is refused by every filter; `nodes` takes 100 ids.
 * - Of cost: a million objects are four lists of 100 inside each other, or three and a little; the flagship query
 *   for 20 institutions may be 219,000. GitHub's API refuses at as many.
 */
export const DEFAULT_LIMITS: Limits = {
  characters: 100_000,
  tokens: 5_000,
  nesting: 50,
  depth: 25,
  aliases: 200,
  directives: 50,
  fragments: 100,
  rootFields: 50,
  expandedFields: 500,
  plannedFields: 500,
  listItems: 500,
  variableValues: 10_000,
  cost: 500_000,
};
