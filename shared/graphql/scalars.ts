import type { ValueNode } from "graphql";
import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/;

function parse(name: string, example: string, isValid: (text: string) => boolean) {
  return (value: unknown, node?: ValueNode): string => {
    if (typeof value === "string" && isValid(value)) return value;
    throw new GraphQLError(`${name} expects a text such as "${example}"; got ${JSON.stringify(value)}.`, {
      extensions: { code: "BAD_USER_INPUT" },
      nodes: node ?? null,
    });
  };
}

const isDay = (text: string) => {
  if (!DATE.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};
const parseDate = parse("Date", "2026-03-31", isDay);
const parseDateTime = parse(
  "DateTime",
  "2026-03-31T09:30:00Z",
  (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
);

/** Where it stands goes with the error of a literal, so that the field it is given for can be told. */
const literal = (parseValue: (value: unknown, node?: ValueNode) => string) => (node: ValueNode) =>
  parseValue(node.kind === Kind.STRING ? node.value : `a ${node.kind}`, node);

/** A civil date: no time, no zone. Databases keep it as the same text. */
export const DateScalar = new GraphQLScalarType<string, string>({
  name: "Date",
  description: "A civil date without time or zone, as in `2026-03-31`.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
  serialize: (value) => String(value).slice(0, 10),
  parseValue: (value) => parseDate(value),
  parseLiteral: literal(parseDate),
});

/** An instant in UTC; stored as `YYYY-MM-DD hh:mm:ss.ffffff` on both databases. */
export const DateTimeScalar = new GraphQLScalarType<string, string>({
  name: "DateTime",
  description: "An instant in UTC with up to microseconds, as in `2026-03-31T09:30:00.000001Z`.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
  serialize: (value) => {
    const text = String(value).replace(" ", "T");
    return text.endsWith("Z") ? text : `${text}Z`;
  },
  parseValue: (value) => parseDateTime(value),
  parseLiteral: literal(parseDateTime),
});
