import type { GraphQLSchema } from "graphql";
import {
  BREAK,
  getNamedType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** Makes the check whether an operation of a plan asks for a field whose type is a scalar of somebody's own. */
export function customScalarCheck(supergraph: GraphQLSchema): (operation: string) => boolean {
  return (operation) => {
    const types = new TypeInfo(supergraph);
    let isFound = false;
    visit(
      parse(operation, { noLocation: true }),
      visitWithTypeInfo(types, {
        Field() {
          const type = getNamedType(types.getType());
          if (!isScalarType(type) || isSpecifiedScalarType(type)) return undefined;
          isFound = true;
          return BREAK;
        },
      }),
    );
    return isFound;
  };
}
