import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { getMetadataStorage } from "type-graphql";
import type { SubgraphContext } from "../data/loaders.ts";

type FieldResolver = GraphQLFieldResolver<unknown, SubgraphContext>;
type Methods = Record<string, (...parameters: unknown[]) => unknown>;
type Method = ReturnType<typeof getMetadataStorage>["fieldResolvers"][number];
type Param = NonNullable<Method["params"]>[number];
type Arguments = Readonly<Record<string, unknown>>;

/** Where a parameter's value comes from when a field is resolved. */
type Source = (root: unknown, args: Arguments, ctx: SubgraphContext, info: GraphQLResolveInfo) => unknown;

/** The parameters of nearly all resolvers without arguments, in this order. */
const USUAL = ["root", "context", "info"];

/**
 * A type's resolvers, with those of the interfaces that it implements, as they are called without anything in
 * between: arguments as the executor has made and checked them. type-graphql sorts, maps and looks through a resolver's
 * parameters at each call and makes an instance of each argument's class, which is more work than most resolvers do.
 */
export function directResolvers(
  typeName: string,
  classes: readonly Function[],
): Record<string, FieldResolver> {
  const { objectTypes, fieldResolvers } = getMetadataStorage();
  const type = objectTypes.find(({ name }) => name === typeName);
  // The type's own come last and win.
  const owners = type ? [...(type.interfaceClasses ?? []), type.target] : [];
  const methods = new Map<string, Method>();
  for (const owner of owners) {
    for (const method of fieldResolvers) {
      if (method.getObjectType?.() === owner && classes.includes(method.target)) {
        methods.set(method.schemaName, method);
      }
    }
  }
  const direct: Record<string, FieldResolver> = {};
  for (const [name, method] of methods) {
    const resolve = directly(method);
    if (resolve) direct[name] = resolve;
  }
  return direct;
}

/** Null for a method that only type-graphql knows how to call. */
function directly({ target, methodName, params = [], middlewares = [] }: Method): FieldResolver | null {
  const inOrder = [...params].sort((one, other) => one.index - other.index);
  const sources = inOrder.map(sourceOf).filter((source) => source !== null);
  if (sources.length < params.length || middlewares.length > 0) return null;
  const resolver = new (target as new () => Methods)();
  return inOrder.every(({ kind, index }) => kind === USUAL[index])
    ? (root, _args, ctx, info) => resolver[methodName]!(root, ctx, info)
    : (root, args: Arguments, ctx, info) =>
        resolver[methodName]!(...sources.map((source) => source(root, args, ctx, info)));
}

/** Null for a parameter that only type-graphql knows how to make. */
function sourceOf(param: Param): Source | null {
  switch (param.kind) {
    case "root":
      return param.propertyName || param.getType ? null : (root) => root;
    case "context":
      return param.propertyName ? null : (_root, _args, ctx) => ctx;
    case "info":
      return (_root, _args, _ctx, info) => info;
    case "args":
      return (_root, args) => args;
    case "arg":
      return (_root, args) => args[param.name];
    default:
      return null;
  }
}
