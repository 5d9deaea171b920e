import type { GraphQLNamedType, GraphQLSchema, SelectionSetNode } from "graphql";
import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
} from "graphql";
import type { Declared } from "./declared.ts";
import { readDeclared } from "./declared.ts";
import type { Alternatives, Requirement } from "./requirement.ts";
import { bothOf } from "./requirement.ts";

/** What a supergraph demands of a caller, of the types that objects and values really have. */
export interface Requirements {
  /** What an object, a scalar or an enum demands wherever it stands. */
  ofType(name: string): readonly Requirement[];
  /** What an object's field demands beside its object and what it returns. */
  ofField(type: string, field: string): readonly Requirement[];
}

const NONE: readonly Requirement[] = [];

/**
 * Reads what a supergraph demands; null when it demands nothing.
 *
 * Demands are kept by object, not by interface, so that they hold on every way that leads to an object, and only
 * those objects are withheld that demand more than a caller has. Composition gives each interface what all its
 * implementations demand together; that adds nothing. Where older composition has left on an interface what
 * somebody wrote there, all its implementations inherit it.
 */
export function readRequirements(supergraphSdl: string): Requirements | null {
  const document = parse(supergraphSdl, { noLocation: true });
  const declared = readDeclared(document);
  if (declared.size === 0) return null;
  const schema = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  const isInherited = !isComposedIntoInterfaces(schema, declared);
  const own = (coordinate: string) => declared.get(coordinate) ?? NONE;

  const ofType = remember((name) => {
    const type = schema.getType(name);
    const inherited = isInherited && isObjectType(type) ? type.getInterfaces() : [];
    return [...own(name), ...inherited.flatMap((each) => own(each.name))];
  });
  const ofField = remember((coordinate) => {
    const [name, field] = coordinate.split(".") as [string, string];
    const type = schema.getType(name);
    const inherited = isInherited && isObjectType(type) ? type.getInterfaces() : [];
    return [
      ...own(coordinate),
      ...inherited.flatMap((each) => own(`${each.name}.${field}`)),
      ...requiredBy(type, field).flatMap((set) => behind(set, type)),
    ];
  });

  /** What a computed field is computed from must not be told by its value. */
  const behind = (set: SelectionSetNode, type: GraphQLNamedType | undefined): readonly Requirement[] =>
    concreteOf(schema, type).flatMap((each) =>
      set.selections.flatMap((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const on = selection.typeCondition?.name.value;
          return behind(selection.selectionSet, on === undefined ? each : schema.getType(on));
        }
        const field = isObjectType(each) ? each.getFields()[selection.name.value] : undefined;
        if (!field) return [];
        const returned = getNamedType(field.type);
        return [
          ...ofType(each.name),
          ...ofField(`${each.name}.${field.name}`),
          ...(isAbstractType(returned) ? [] : ofType(returned.name)),
          ...(selection.selectionSet ? behind(selection.selectionSet, returned) : []),
        ];
      }),
    );

  return { ofType, ofField: (type, field) => ofField(`${type}.${field}`) };
}

/** Keeps what has been made for a name. What leads back to itself while it is made adds nothing there. */
function remember(make: (name: string) => readonly Requirement[]) {
  const made = new Map<string, readonly Requirement[]>();
  return (name: string): readonly Requirement[] => {
    let requirements = made.get(name);
    if (!requirements) {
      made.set(name, NONE);
      made.set(name, (requirements = [...new Set(make(name))]));
    }
    return requirements;
  };
}

function concreteOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined) {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : type ? [type] : [];
}

/** The fields that a field's subgraphs have to be told first. */
function requiredBy(type: GraphQLNamedType | undefined, field: string): SelectionSetNode[] {
  if (!isObjectType(type)) return [];
  const joins = type.getFields()[field]?.astNode?.directives ?? [];
  return joins.flatMap(({ name, arguments: given }) => {
    const value = given?.find((argument) => argument.name.value === "requires")?.value;
    if (name.value !== "join__field" || !value) return [];
    const document = parse(`{ ${String(valueFromASTUntyped(value))} }`, { noLocation: true });
    return document.definitions.flatMap((each) =>
      each.kind === Kind.OPERATION_DEFINITION ? [each.selectionSet] : [],
    );
  });
}

/** Whether every interface demands exactly what its implementations demand together, as composition sees to. */
function isComposedIntoInterfaces(schema: GraphQLSchema, declared: Declared): boolean {
  const isSum = (whole: string, parts: readonly string[]) =>
    textOf([whole], declared) === textOf(parts, declared);
  return Object.values(schema.getTypeMap()).every((type) => {
    if (!isInterfaceType(type)) return true;
    const types = schema.getPossibleTypes(type).map(({ name }) => name);
    const fields = Object.keys(type.getFields());
    return (
      isSum(type.name, types) &&
      fields.every((field) =>
        isSum(
          `${type.name}.${field}`,
          types.map((each) => `${each}.${field}`),
        ),
      )
    );
  });
}

/** What several places demand together, so that the same demands are the same text. */
function textOf(coordinates: readonly string[], declared: Declared): string {
  let isAuthenticated = false;
  const groups: Partial<Record<"scopes" | "policies", Alternatives>> = {};
  for (const requirement of coordinates.flatMap((each) => declared.get(each) ?? NONE)) {
    if (requirement.kind === "authenticated") isAuthenticated = true;
    else {
      const { kind, alternatives } = requirement;
      groups[kind] = bothOf(groups[kind] ?? [[]], alternatives);
    }
  }
  return JSON.stringify([isAuthenticated, groups.scopes, groups.policies]);
}
