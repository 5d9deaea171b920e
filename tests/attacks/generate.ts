import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { GraphQLInputType, GraphQLOutputType } from "graphql";
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

const schema = buildSchema(readFileSync(join(__dirname, "../../schema/api.graphql"), "utf8"));

const texts = fc.oneof(fc.string(), fc.constantFrom("", "inst_", "' OR 1=1", "\\u0000", "__proto__", "OH"));

/** A value for an argument, as it is written: mostly of its type. */
function literal(type: GraphQLInputType, depth = 0): fc.Arbitrary<string> {
  if (isNonNullType(type)) return literal(type.ofType as GraphQLInputType, depth);
  if (isListType(type)) {
    const each = literal(type.ofType as GraphQLInputType, depth + 1);
    return fc.array(each, { maxLength: 3 }).map((values) => `[${values.join(" ")}]`);
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name), "NOTHING");
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    if (depth > 2) return fc.constant("{}");
    return fc
      .subarray(fields, { maxLength: Math.min(2, fields.length) })
      .chain((some) =>
        fc.tuple(
          ...some.map((field) => literal(field.type, depth + 1).map((value) => `${field.name}: ${value}`)),
        ),
      )
      .map((values) => `{ ${values.join(" ")} }`);
  }
  const scalars = [
    fc.integer({ min: -2, max: 120 }).map(String),
    texts.map((text) => JSON.stringify(text)),
    fc.constantFrom("true", "null", "1e400", "$v"),
  ];
  return type.name === "Int"
    ? fc.oneof({ weight: 8, arbitrary: scalars[0]! }, ...scalars)
    : fc.oneof(...scalars);
}

/** A selection on a type: a few of its fields, with arguments where they have some. */
function selection(type: GraphQLOutputType, depth: number): fc.Arbitrary<string> {
  const named = getNamedType(type);
  if (isLeafType(named)) return fc.constant("");
  if (isUnionType(named)) {
    return fc
      .constantFrom(...named.getTypes())
      .chain((each) =>
        selection(each, depth - 1).map((inner) => `{ __typename ... on ${each.name} ${inner} }`),
      );
  }
  if (!isObjectType(named) && !isInterfaceType(named)) return fc.constant("");
  const fields = Object.values(named.getFields()).filter(
    (field) => depth > 0 || isLeafType(getNamedType(field.type)),
  );
  return fc.subarray(fields, { maxLength: Math.min(3, fields.length) }).chain((some) =>
    fc
      .tuple(
        ...some.map((field) =>
          fc
            .tuple(
              fc.tuple(
                ...field.args.map((arg) =>
                  fc.option(
                    literal(arg.type).map((value) => `${arg.name}: ${value}`),
                    { nil: "", freq: arg.name === "first" ? 20 : 1 },
                  ),
                ),
              ),
              selection(field.type, depth - 1),
              fc.constantFrom("", "", "", "a: ", "toString: ", "__proto__: "),
            )
            .map(([args, inner, alias]) => {
              const given = args.filter(Boolean).join(" ");
              return `${alias}${field.name}${given ? `(${given})` : ""} ${inner}`;
            }),
        ),
      )
      .map((chosen) => `{ __typename ${chosen.join(" ")} }`),
  );
}

/** Operations of the schema, and texts that were some before somebody broke them. */
export const operations = fc
  .constantFrom("query", "query", "query", "mutation")
  .chain((kind) =>
    selection(kind === "query" ? schema.getQueryType()! : schema.getMutationType()!, 4).map(
      (set) => `${kind} ${set}`,
    ),
  );
export const broken = fc
  .tuple(operations, fc.nat(), fc.nat(40), fc.string({ unit: "binary", maxLength: 8 }))
  .map(([text, at, length, put]) => {
    const start = at % text.length;
    return text.slice(0, start) + put + text.slice(start + length);
  });
