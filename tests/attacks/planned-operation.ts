import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GraphQLCompositeType, GraphQLField, GraphQLInputType } from "graphql";
import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isNonNullType,
  isUnionType,
  parse,
  validate,
} from "graphql";
import { Choices } from "../gateway/generated/choices.ts";

const schema = buildSchema(readFileSync(join(__dirname, "../../schema/api.graphql"), "utf8"));

const DEEPEST = 6;

/**
 * A valid query of our own graph with what is hard to plan: fragments on types that exclude each other, and in them
 * the same fields with other arguments, and other fields under the same aliases. Null when what was written is not valid.
 */
export function plannedOperation(numbers: readonly number[]): string | null {
  const query = `query ${selections(schema.getQueryType()!, new Choices(numbers), 0)}`;
  return validate(schema, parse(query)).length === 0 ? query : null;
}

function selections(type: GraphQLCompositeType, choices: Choices, depth: number): string {
  const each = Array.from({ length: 1 + choices.below(3) }, () => selection(type, choices, depth));
  return `{ ${each.join(" ")} }`;
}

function selection(type: GraphQLCompositeType, choices: Choices, depth: number): string {
  if (isAbstractType(type) && depth < DEEPEST && (isUnionType(type) || choices.isOneOf(7))) {
    const members = schema.getPossibleTypes(type);
    const some = [choices.pick(members), choices.pick(members)];
    return some.map((each) => `... on ${each.name} ${selections(each, choices, depth)}`).join(" ");
  }
  if (isUnionType(type)) return "__typename";
  const fields = Object.values(type.getFields());
  const deeper = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
  const among = depth < DEEPEST && deeper.length > 0 && choices.isOneOf(7) ? deeper : leaves;
  if (among.length === 0) return "__typename";
  const field = choices.pick(among);
  const alias = choices.isOneOf(3) ? `${choices.pick(["x", "y", "name", "id"])}: ` : "";
  const target = getNamedType(field.type);
  const below = isCompositeType(target) ? ` ${selections(target, choices, depth + 1)}` : "";
  return `${alias}${field.name}${argumentsOf(field, choices)}${below}`;
}

function argumentsOf({ args }: GraphQLField<unknown, unknown>, choices: Choices): string {
  const given = args.flatMap(({ name, type }) => {
    if (!isNonNullType(type) && name !== "first") return [];
    const value = name === "first" ? String(1 + choices.below(2)) : valueOf(type, choices);
    return [`${name}: ${value}`];
  });
  return given.length > 0 ? `(${given.join(", ")})` : "";
}

/** A value of a type that has to be given; of input objects there are none in queries that must be. */
function valueOf(type: GraphQLInputType, choices: Choices): string {
  const named = getNamedType(type);
  if (isEnumType(named)) return choices.pick(named.getValues()).name;
  const value = named.name === "Int" ? "1" : named.name === "ID" ? '"inst_1"' : '"OH"';
  return String(type).includes("[") ? `[${value}]` : value;
}
