import type { GraphQLSchema } from "graphql";
import { getNamedType, isAbstractType, isInterfaceType, isObjectType } from "graphql";
import type { Withheld } from "../execution/withheld.ts";
import type { Requirement } from "./requirement.ts";
import type { Requirements } from "./requirements.ts";

/** What the schema itself answers is about types, not about what is in them. */
const META_FIELDS = new Set(["__schema", "__type"]);

/** What is withheld from a caller who doesn't meet some requirements. */
export function createWithholding(
  schema: GraphQLSchema,
  requirements: Requirements,
  unmet: ReadonlySet<Requirement>,
): Withheld {
  const isUnmet = (requirement: Requirement) => unmet.has(requirement);
  const type = (name: string) => requirements.ofType(name).some(isUnmet);
  const field = (of: string, name: string): boolean => {
    if (META_FIELDS.has(name)) return false;
    const parent = schema.getType(of);
    // An object of which only the interface is known may be of any of its types.
    if (isInterfaceType(parent))
      return schema.getPossibleTypes(parent).some((each) => field(each.name, name));
    if (type(of) || requirements.ofField(of, name).some(isUnmet)) return true;
    const definition = isObjectType(parent) ? parent.getFields()[name] : undefined;
    const returned = definition && getNamedType(definition.type);
    if (!isAbstractType(returned)) return returned !== undefined && type(returned.name);
    const possible = schema.getPossibleTypes(returned);
    return possible.length > 0 && possible.every((each) => type(each.name));
  };
  return { type, field };
}
