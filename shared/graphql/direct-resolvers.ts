import type { GraphQLFieldResolver } from "graphql";
import { getMetadataStorage } from "type-graphql";
import type { SubgraphContext } from "../data/loaders.ts";

/** The parameters that a resolver may have to be called directly, in this order. */
const DIRECT = ["root", "context", "info"];

type Resolver = Record<string, (root: unknown, ctx: SubgraphContext, info: unknown) => unknown>;

/**
 * A type's resolvers that take nothing but the row, the context and the info, as they are called without anything in
 * between. type-graphql sorts, maps and looks through a resolver's parameters at each call, which is more work than
 * most of them do; it still calls those that take arguments, because it makes and checks these.
 */
export function directResolvers(
  typeName: string,
  classes: readonly Function[],
): Record<string, GraphQLFieldResolver<unknown, SubgraphContext>> {
  const { objectTypes, fieldResolvers } = getMetadataStorage();
  const type = objectTypes.find(({ name }) => name === typeName)?.target;
  const direct: Record<string, GraphQLFieldResolver<unknown, SubgraphContext>> = {};
  for (const {
    getObjectType,
    target,
    schemaName,
    methodName,
    params = [],
    middlewares = [],
  } of fieldResolvers) {
    if (!type || getObjectType?.() !== type || !classes.includes(target)) continue;
    const isDirect = params.every(
      (param) =>
        param.kind === DIRECT[param.index] &&
        !("propertyName" in param && param.propertyName) &&
        !("getType" in param && param.getType),
    );
    if (!isDirect || middlewares.length > 0) continue;
    const resolver = new (target as new () => Resolver)();
    direct[schemaName] = (root, _args, ctx, info) => resolver[methodName]!(root, ctx, info);
  }
  return direct;
}
