import type { DocumentNode } from "graphql";
import { GraphQLError, Lexer, parse, Source, TokenKind, visit } from "graphql";
import { extentsOf } from "./document-extent.ts";
import type { Limits } from "./limits.ts";
import { limitExceeded, refuseAbove, refuseText } from "./refusal.ts";

/**
 * Makes what turns a query's text into a document, or refuses it before anything is validated or planned.
 *
 * The known packages of rules (`@escape.tech/graphql-armor-*`) come too late for that: they are rules of validation,
 * which run beside those that a bomb makes slow, and they follow each spread of a fragment, so that 20 fragments
 * which spread the next one twice make them count to a million.
 */
export function createAdmission(limits: Limits): (source: string) => DocumentNode {
  return (source) => {
    refuseAbove(limits.characters, "characters", source.length);
    const document = withCode(() => {
      const text = new Source(source, NAME);
      readTokens(limits, text);
      return parse(text);
    });
    checkDocument(document, limits);
    return document;
  };
}

/** Refuses a document, already parsed, that asks for more than it may. */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  const counts = countsOf(document);
  for (const counted of COUNTS) refuseAbove(limits[counted], counted, counts[counted]);
  const { operations, fragments } = extentsOf(document);
  for (const { fields, depth } of [...operations, ...fragments]) {
    refuseAbove(limits.expandedFields, "expandedFields", fields);
    refuseAbove(limits.depth, "depth", depth);
  }
  for (const { top } of operations) refuseAbove(limits.rootFields, "rootFields", top);
}

/** Parses a text as it is, however much it asks for. */
export function parseText(text: string): DocumentNode {
  return withCode(() => parse(new Source(text, NAME)));
}

/** How the client's text is called in what is said of it. */
const NAME = "GraphQL request";

function withCode<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof GraphQLError) error.extensions["code"] ??= "GRAPHQL_PARSE_FAILED";
    throw error;
  }
}

/** The parser would take a frame of the stack for every open bracket. */
function readTokens({ tokens, nesting }: Limits, source: Source): void {
  const lexer = new Lexer(source);
  let count = 0;
  let open = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    if (++count > tokens) throw limitExceeded("tokens", tokens);
    if (OPENING.has(kind) && ++open > nesting) throw limitExceeded("nesting", nesting);
    if (CLOSING.has(kind)) open--;
  }
}

const OPENING = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** What is counted where it is written, however often it is spread. */
const COUNTS = ["fragments", "aliases", "directives", "listItems", "inputDepth"] as const;

function countsOf(document: DocumentNode): Record<(typeof COUNTS)[number], number> {
  const counts = { fragments: 0, aliases: 0, directives: 0, listItems: 0, inputDepth: 0 };
  let depth = 0;
  const enter = () => {
    counts.inputDepth = Math.max(counts.inputDepth, ++depth);
  };
  const leave = () => {
    depth--;
  };
  visit(document, {
    FragmentDefinition() {
      counts.fragments++;
    },
    Field({ alias }) {
      if (alias) counts.aliases++;
    },
    Directive() {
      counts.directives++;
    },
    StringValue({ value }) {
      refuseText(value);
    },
    ListValue: {
      enter({ values }) {
        counts.listItems = Math.max(counts.listItems, values.length);
        enter();
      },
      leave,
    },
    ObjectValue: { enter, leave },
  });
  return counts;
}
