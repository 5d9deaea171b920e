import type { ASTNode, DocumentNode } from "graphql";
import { GraphQLError, Kind, visit } from "graphql";
import { OPERATORS } from "./filter.ts";

const isOperator = (name: string) => (OPERATORS as readonly string[]).includes(name);

/**
 * The field or argument that an error about the value of a variable is about, as GraphQL words it: the innermost one
 * of the value's path that is no comparison, or the variable itself.
 */
export function fieldOfVariable(message: string): string | undefined {
  const [, variable, path] =
    /^Variable "\$(\w+)" got invalid value [^]*?(?: at "\w+([^"]*)")?; /.exec(message) ?? [];
  const names = path?.match(/[A-Za-z_]\w*/g) ?? [];
  return names.reverse().find((name) => !isOperator(name)) ?? variable;
}

/** Says in errors of a document's validation, as far as they are about values, which field or argument they are about. */
export function withFields(errors: readonly GraphQLError[], document: DocumentNode): GraphQLError[] {
  return errors.map((error) => {
    const [node] = error.nodes ?? [];
    if (error.extensions["code"] !== "BAD_USER_INPUT" || !node) return error;
    return withField(error, fieldAround(node, document));
  });
}

/** The same error, with the field or argument that it is about. */
export function withField(error: GraphQLError, field: string | undefined): GraphQLError {
  if (field === undefined || error.extensions["field"] !== undefined) return error;
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { ...extensions, field },
  });
}

/** The innermost field or argument around a value that is no comparison. */
function fieldAround(value: ASTNode, document: DocumentNode): string | undefined {
  const around: string[] = [];
  let field: string | undefined;
  visit(document, {
    enter(node) {
      if (node.kind === Kind.OBJECT_FIELD || node.kind === Kind.ARGUMENT) around.push(node.name.value);
      if (node === value) field ??= around.findLast((name) => !isOperator(name));
    },
    leave(node) {
      if (node.kind === Kind.OBJECT_FIELD || node.kind === Kind.ARGUMENT) around.pop();
    },
  });
  return field;
}
