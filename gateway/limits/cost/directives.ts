import type { ConstDirectiveNode, DefinitionNode } from "graphql";
import { Kind, parse, valueFromASTUntyped } from "graphql";

/** What `@listSize` says of a field. */
export interface ListSize {
  readonly assumedSize?: number;
  /** Arguments, or paths into them (`page.first`), that say how many values come back. */
  readonly slicingArguments?: readonly string[];
  /** The fields of what comes back that are so long, where it isn't a list itself. */
  readonly sizedFields?: readonly string[];
  readonly requireOneSlicingArgument?: boolean;
}

/** What a schema's text says of cost, by coordinate: `Type`, `Type.field`, `Type.field.argument`, `Input.field`. */
export interface CostDirectives {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** Reads `@cost` and `@listSize` from a schema, under the names that a supergraph links them by. */
export function readCostDirectives(sdl: string): CostDirectives {
  const { definitions } = parse(sdl, { noLocation: true });
  const names = namesOf(definitions);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();

  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      if (directive.name.value === names.cost) {
        weights.set(coordinate, Number(argumentsOf(directive)["weight"]));
      } else if (directive.name.value === names.listSize) {
        listSizes.set(coordinate, argumentsOf(directive));
      }
    }
  };
  for (const definition of definitions) {
    if (!("name" in definition) || !definition.name) continue;
    const type = definition.name.value;
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    read(type, definition.directives as readonly ConstDirectiveNode[] | undefined);
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      read(`${type}.${field.name.value}`, field.directives);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const each of field.arguments ?? []) {
        read(`${type}.${field.name.value}.${each.name.value}`, each.directives);
      }
    }
  }
  return { weights, listSizes };
}

const argumentsOf = ({ arguments: given }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

/** A supergraph imports them by their own names, by others (`{ name: "@cost", as: "@price" }`), or not at all. */
function namesOf(definitions: readonly DefinitionNode[]): { cost: string; listSize: string } {
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const { url, as = "cost", import: imported } = argumentsOf(directive);
      if (directive.name.value !== "link" || !/\/cost\/v[\d.]+\/?$/.test(String(url))) continue;
      const entries = (imported ?? []) as readonly (string | { name: string; as?: string })[];
      const nameOf = (name: string) => {
        for (const entry of entries) {
          if (entry === name) return name.slice(1);
          if (typeof entry === "object" && entry.name === name) return (entry.as ?? name).slice(1);
        }
        return undefined;
      };
      return {
        cost: nameOf("@cost") ?? String(as),
        listSize: nameOf("@listSize") ?? `${String(as)}__listSize`,
      };
    }
  }
  return { cost: "cost", listSize: "listSize" };
}
