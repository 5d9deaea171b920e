/** What one request may ask for at most; `DEFAULT_LIMITS` says why each is what it is. */
export interface Limits {
  /** Characters of the query's text. */
  readonly characters: number;
  /** Words, names, numbers and signs of the text. */
  readonly tokens: number;
  /** Brackets of any kind inside each other, in the text. */
  readonly nesting: number;
  /** Lists and objects inside each other, in the value of an argument in the text and in that of a variable. */
  readonly inputDepth: number;
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
 * query has 142 tokens, 10 levels, 38 expanded and 73 planned fields; the introspection of an explorer 190 tokens and
 * 15 levels. The worst documents that were found within all of these limits took 45 ms to validate and plan.
 *
 * - Validation compares all fields with all others: 500 expanded ones take up to 25 ms. graphql-js gives up at about
 *   100 ms, with four times as many.
 * - The time of planning grows with the square of `plannedFields`, and a chain of interfaces triples these with each
 *   link: 604 of them took 140 ms, 1,819 of them 1.6 s, for 20 fields as written. A plan cannot be stopped.
 * - Beyond about 1,500 brackets inside each other the parser runs out of stack; the planner takes 50 selections.
 * - Every reader of an input takes a frame of its stack for each level, and so do the parsers of statements that are
 *   made of it: SQLite's takes 100 symbols, of which a filter's `not` takes six. Filters of ours take ten levels.
 * - A list of more than 200 values is refused by every filter; `nodes` takes 100 ids.
 * - Three lists of 100 inside each other cost a million; the flagship query for 20 institutions may cost 217,546.
 */
export const DEFAULT_LIMITS: Limits = {
  characters: 100_000,
  tokens: 5_000,
  nesting: 50,
  inputDepth: 25,
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
