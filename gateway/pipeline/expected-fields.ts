import type { GraphQLSchema } from "graphql";
import { isInputObjectType } from "graphql";

/** Most names that a message lists. */
const LISTED = 40;

/** A message that says of a field that an input type has none of which fields it has, beside the one perhaps meant. */
export function withExpectedFields(message: string, schema: GraphQLSchema): string {
  const [, name] = /Field "\w+" is not defined by type "(\w+)"\./.exec(message) ?? [];
  const type = name === undefined ? undefined : schema.getType(name);
  if (!isInputObjectType(type)) return message;
  const fields = Object.keys(type.getFields());
  return fields.length > LISTED ? message : `${message} Expected one of ${fields.join(", ")}.`;
}
