import type { GraphQLObjectType, GraphQLSchema } from "graphql";
import { getNamedType, isEnumType, isInputObjectType, isObjectType } from "graphql";
import type { RecordSource } from "../data/loaders.ts";

/**
 * Whose the records of a type are that has no source of its own: of whoever sees what they are `PART` of, of the
 * `CALLER` alone, or for its `OWNER` to say, another subgraph, because only the key is known here.
 */
type WithoutSource = "PART" | "CALLER" | "OWNER";

/**
 * Who sees a field that is or looks sensitive: whoever sees the `ROW`, those whom its source's `guarded` says, or
 * those whom a `POLICY` of its resolver says.
 */
type FieldVisibility = "ROW" | "GUARDED" | "POLICY";

/** Who sees the records of a type, and which of their fields are something else again. */
export interface TypeVisibility {
  /** How they are read: its rule is part of every statement. */
  readonly rows: RecordSource | WithoutSource;
  readonly fields?: Readonly<Record<string, FieldVisibility>>;
}

/** Who sees what of a subgraph, by type; each has to be there, or the subgraph cannot be built. */
export type VisibilityTable = Readonly<Record<string, TypeVisibility>>;

/** What contacts, amounts, minutes, evidence and raw figures are called: such a field has to say who sees it. */
const LOOKS_SENSITIVE =
  /e-?mail|phone|contacts?$|minor$|amount|money|wage|salary|budget|price|minutes$|evidence|secret|password|^raw/i;

const ROOTS = new Set(["Query", "Mutation", "Subscription"]);
const hasRule = ({ name }: GraphQLObjectType) =>
  !name.startsWith("_") && !ROOTS.has(name) && !/(Connection|Edge|^PageInfo)$/.test(name);

/** Throws unless a table says of each type, and of each field that looks sensitive, who sees it. */
export function requireVisibility(schema: GraphQLSchema, table: VisibilityTable): void {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType).filter(hasRule);
  const names = new Set(types.map(({ name }) => name));
  const faults = [
    ...Object.keys(table).flatMap((name) => (names.has(name) ? [] : [`there is no type ${name}`])),
    ...types.flatMap((type) => {
      const visibility = table[type.name];
      return visibility ? faultsOf(schema, type, visibility) : [`nothing is said of ${type.name}`];
    }),
  ];
  if (faults.length > 0) throw new Error(`Who sees what is not said rightly: ${faults.join("; ")}.`);
}

function faultsOf(schema: GraphQLSchema, type: GraphQLObjectType, { rows, fields = {} }: TypeVisibility) {
  const guarded = typeof rows === "string" ? {} : (rows.guarded ?? {});
  const faults: string[] = [];
  for (const [name, { type: fieldType, extensions }] of Object.entries(type.getFields())) {
    const said = fields[name];
    const needs = (extensions["needs"] ?? []) as readonly string[];
    const isGuarded = [name, ...needs].some((property) => property in guarded);
    const looksSensitive = [name, getNamedType(fieldType).name].some((text) => LOOKS_SENSITIVE.test(text));
    if (looksSensitive && !said)
      faults.push(`${type.name}.${name} looks sensitive and doesn't say who sees it`);
    if (isGuarded && said !== "GUARDED") faults.push(`${type.name}.${name} is guarded and doesn't say so`);
    if (!isGuarded && said === "GUARDED") faults.push(`${type.name}.${name} is said to be guarded and isn't`);
  }
  for (const [name, said] of Object.entries(fields)) {
    if (!(name in type.getFields())) faults.push(`there is no field ${type.name}.${name}`);
    else if (said !== "ROW") {
      faults.push(...leaksOf(schema, type.name, name).map((leak) => `${leak} tells of ${type.name}.${name}`));
    }
  }
  return faults;
}

/** The filters and orders of a type's lists that name a field: by them everybody would learn what it is. */
function leaksOf(schema: GraphQLSchema, type: string, field: string): string[] {
  const constant = field.replace(/[A-Z]/g, "_$&").toUpperCase();
  return Object.values(schema.getTypeMap()).flatMap((input) => {
    const isOf = input.name === `${type}Filter` || input.name === `${type}OrderField`;
    const isLeak =
      (isInputObjectType(input) && field in input.getFields()) ||
      (isEnumType(input) && input.getValue(constant) !== undefined && input.getValue(constant) !== null);
    return isOf && isLeak ? [input.name] : [];
  });
}
