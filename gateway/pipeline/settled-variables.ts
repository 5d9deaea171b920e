import type { GraphQLInputType, GraphQLSchema, NamedTypeNode, OperationDefinitionNode } from "graphql";
import {
  getNullableType,
  GraphQLID,
  isInputObjectType,
  isInputType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  typeFromAST,
} from "graphql";
import { digitsOf, mayHoldMarked } from "../json.ts";

type Variables = Readonly<Record<string, unknown>>;

/** Most levels of a value that are looked at; no schema has use for more. */
const LEVELS = 100;

/**
 * Variables in which a number that a double cannot hold is kept as it is only where a custom scalar is expected
 * that may have such numbers: everywhere else it is the nearest one, as `JSON.parse` has it, or an id's digits.
 */
export function settledVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
  keepsDigits: boolean,
): Variables {
  if (!mayHoldMarked(variables)) return variables;

  const settle = (value: unknown, of: GraphQLInputType, level: number): unknown => {
    if (level > LEVELS) return value;
    const type = getNullableType(of);
    if (Array.isArray(value)) {
      const item = isListType(type) ? type.ofType : type;
      return value.map((each) => settle(each, item, level + 1));
    }
    if (isListType(type)) return settle(value, type.ofType, level + 1);
    if (isInputObjectType(type) && typeof value === "object" && value !== null) {
      const fields = type.getFields();
      const settled = Object.entries(value).map(([name, each]) => {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        return [name, field ? settle(each, field.type, level + 1) : each] as const;
      });
      return Object.fromEntries(settled);
    }
    const digits = digitsOf(value);
    const isKept = keepsDigits && isScalarType(type) && !isSpecifiedScalarType(type);
    if (digits === undefined || isKept) return value;
    return type === GraphQLID && /^-?\d+$/.test(digits) ? digits : Number(digits);
  };

  const settled: Record<string, unknown> = { ...variables };
  for (const { variable, type: node } of variableDefinitions) {
    const name = variable.name.value;
    const type = typeFromAST(schema, node as NamedTypeNode);
    if (isInputType(type) && Object.hasOwn(settled, name)) settled[name] = settle(settled[name], type, 0);
  }
  return settled;
}
