import type { GraphQLCompositeType, GraphQLSchema } from "graphql";
import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isUnionType,
  parse,
  validate,
} from "graphql";
import { Choices } from "./choices.ts";
import { argumentsFor } from "./arguments.ts";
import { exclusiveBody } from "./exclusive.ts";

/** Variables that every operation may use, by what decides on them. */
export const VARIABLES = { on: true, off: false, x: 3, modes: ["OFF", "ON"], nothing: null } as const;
const TYPES = { on: "Boolean!", off: "Boolean!", x: "Int", modes: "[Mode!]", nothing: "Int", absent: "Int" };

const DEEPEST = 4;

/** Writes an operation on a schema; nearly always it is valid. */
export function generateOperation(schema: GraphQLSchema, numbers: readonly number[]): string {
  const [first = 0, ...rest] = numbers;
  const mutation = schema.getMutationType();
  if (mutation && first % 3 === 2) {
    return withVariables(exclusiveBody(schema, new Choices(rest), mutation), "mutation");
  }
  if (first % 3 === 1) return withVariables(exclusiveBody(schema, new Choices(rest), schema.getQueryType()!));
  const write = (withNames: boolean) => new Writer(schema, new Choices(rest), withNames).operation();
  const operation = write(true);
  return isValid(schema, operation) ? operation : write(false);
}

const isValid = (schema: GraphQLSchema, operation: string): boolean =>
  validate(schema, parse(operation)).length === 0;

/** An operation with the variables that it uses. */
function withVariables(text: string, kind = "query"): string {
  const used = Object.entries(TYPES).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
  const declared = used.map(([name, type]) => `$${name}: ${type}`).join(", ");
  return declared ? `${kind} (${declared}) ${text}` : `${kind} ${text}`;
}

class Writer {
  private readonly schema: GraphQLSchema;
  private readonly choices: Choices;
  /** Whether aliases may be the names of other fields, which often contradicts what else is selected. */
  private readonly withNames: boolean;
  private readonly fragments: { name: string; on: GraphQLCompositeType; text: string }[] = [];

  constructor(schema: GraphQLSchema, choices: Choices, withNames: boolean) {
    this.schema = schema;
    this.choices = choices;
    this.withNames = withNames;
  }

  operation(): string {
    const body = this.selections(this.schema.getQueryType()!, 0);
    const text = [
      body,
      ...this.fragments.map(({ name, on, text: inside }) => `fragment ${name} on ${on.name} ${inside}`),
    ].join(" ");
    return withVariables(text);
  }

  private selections(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.choices.below(4);
    const each = Array.from({ length: count }, () => this.selection(type, depth));
    return `{ ${each.join(" ")} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const { choices } = this;
    const kind = choices.below(10);
    const aliases = ["", "", "kind: ", ...(this.withNames ? ["id: "] : [])];
    if (kind === 9) return `${choices.pick(aliases)}__typename${this.condition()}`;
    if (kind >= 7 && depth < DEEPEST) return this.fragment(type, depth);
    return isUnionType(type) ? this.inline(type, depth) : this.field(type, depth);
  }

  private field(type: Exclude<GraphQLCompositeType, { getTypes: unknown }>, depth: number): string {
    const { choices } = this;
    const all = Object.values(type.getFields());
    const leaves = all.filter((each) => isLeafType(getNamedType(each.type)));
    const fields = depth >= DEEPEST ? leaves : all;
    if (fields.length === 0) return "__typename";
    const field = choices.pick(fields);
    const alias = choices.isOneOf(3)
      ? `${choices.pick([`x_${field.name}`, `y_${field.name}`, ...(this.withNames ? all : []).map(({ name }) => name)])}: `
      : "";
    const target = getNamedType(field.type);
    const below = isCompositeType(target) ? ` ${this.selections(target, depth + 1)}` : "";
    return `${alias}${field.name}${argumentsFor(field, choices)}${this.condition()}${below}`;
  }

  private condition(): string {
    const { choices } = this;
    if (!choices.isOneOf(2)) return "";
    return choices.pick([
      " @include(if: $on)",
      " @skip(if: $off)",
      " @include(if: $off)",
      " @skip(if: $on)",
      " @include(if: true)",
      " @skip(if: true)",
    ]);
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const { choices, fragments } = this;
    if (!choices.isOneOf(4)) return this.inline(type, depth);
    const known = fragments.filter(({ on }) => doTypesOverlap(this.schema, on, type));
    if (known.length > 0 && choices.isOneOf(5)) return `...${choices.pick(known).name}${this.condition()}`;
    const on = this.overlapping(type);
    const text = this.selections(on, depth + 1);
    const name = `F${fragments.length}`;
    fragments.push({ name, on, text });
    return `...${name}${this.condition()}`;
  }

  private inline(type: GraphQLCompositeType, depth: number): string {
    if (depth >= DEEPEST) return "__typename";
    const on = this.overlapping(type);
    const head = on === type && this.choices.isOneOf(3) ? "..." : `... on ${on.name}`;
    return `${head}${this.condition()} ${this.selections(on, depth + 1)}`;
  }

  /** A type that an object of this one may have, too. */
  private overlapping(type: GraphQLCompositeType): GraphQLCompositeType {
    const members = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
    const others = Object.values(this.schema.getTypeMap()).filter(
      (each): each is GraphQLCompositeType => isAbstractType(each) && doTypesOverlap(this.schema, each, type),
    );
    return this.choices.pick([...members, type, ...others]);
  }
}
