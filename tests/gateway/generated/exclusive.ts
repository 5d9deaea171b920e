import type { GraphQLCompositeType, GraphQLField, GraphQLObjectType, GraphQLSchema } from "graphql";
import { getNamedType, isAbstractType, isCompositeType, isLeafType } from "graphql";
import type { Choices } from "./choices.ts";
import { argumentsFor } from "./arguments.ts";

type Field = GraphQLField<unknown, unknown>;

const DEEPEST = 5;

/**
 * Writes an operation that says something else of each member of an interface or a union: equal keys for different
 * fields, and equal fields with different arguments, which is valid for types that exclude each other, on every
 * level below them. A key tells the shape of its value (type, lists, nullability), which is all that has to agree.
 */
export function exclusiveBody(schema: GraphQLSchema, choices: Choices, root: GraphQLObjectType): string {
  const objectOf = (type: GraphQLObjectType, depth: number, first?: string, isShared = false): string => {
    const fields = Object.values(type.getFields());
    const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
    const texts = leaves.filter(({ type }) => String(type) === "String");
    const several = fields.filter((field) => isOfSeveral(schema, field));
    const selected = new Map<string, string>();
    const select = (field: Field, key: string) => {
      const target = getNamedType(field.type);
      const alias = key === field.name ? "" : `${key}: `;
      const below = isCompositeType(target) ? ` ${selections(target, depth + 1, field.name === first)}` : "";
      selected.set(key, `${alias}${field.name}${argumentsFor(field, choices)}${below}`);
    };
    if (first !== undefined) select(type.getFields()[first]!, first);
    if (isShared && texts.length > 0) select(choices.pick(texts), keyFor(texts[0]!));
    for (let count = 2 + choices.below(3); count > 0; count--) {
      const isDeep = depth < DEEPEST;
      const isOneOfSeveral = isDeep && several.length > 0 && choices.isOneOf(5);
      const isText = texts.length > 0 && choices.isOneOf(4);
      const from = isOneOfSeveral ? several : isText ? texts : isDeep ? fields : leaves;
      if (from.length === 0) continue;
      const field = choices.pick(from);
      const key = choices.isOneOf(6) ? keyFor(field) : field.name;
      if (!selected.has(key)) select(field, key);
    }
    return `{ ${[...selected.values(), ...(selected.size === 0 ? ["__typename"] : [])].join(" ")} }`;
  };
  const selections = (type: GraphQLCompositeType, depth: number, isShared = false): string => {
    if (!isAbstractType(type)) return objectOf(type as GraphQLObjectType, depth, undefined, isShared);
    const members = schema.getPossibleTypes(type);
    // What all of them have is where they meet.
    const common = Object.values(members[0]!.getFields()).filter(
      ({ name, type: of }) =>
        isCompositeType(getNamedType(of)) && members.every((each) => each.getFields()[name] !== undefined),
    );
    const shared = common.length > 0 && depth < DEEPEST ? choices.pick(common).name : undefined;
    const parts = members.map((member) => `... on ${member.name} ${objectOf(member, depth, shared)}`);
    return `{ ${parts.join(" ")} }`;
  };
  return selections(root, 0);
}

/** The same for fields whose values may stand under one key: leaves of one type, or objects in equal lists. */
function keyFor({ type }: Field): string {
  const { name } = getNamedType(type);
  const shape = String(type).replace(name, isCompositeType(getNamedType(type)) ? "Object" : name);
  return `same_${shape.replaceAll("[", "list_").replaceAll("]", "_").replaceAll("!", "_some")}`;
}

function isOfSeveral(schema: GraphQLSchema, { type }: Field): boolean {
  const target = getNamedType(type);
  return isAbstractType(target) && schema.getPossibleTypes(target).length > 1;
}
