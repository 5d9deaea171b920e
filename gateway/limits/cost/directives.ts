import type { ConstDirectiveNode, DefinitionNode } from "graphql";
import { Kind, parse } from "graphql";
import { argumentsOf, directiveNames, linksIn } from "../../execution/links.ts";

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
      if (names.cost.has(directive.name.value)) {
        weights.set(coordinate, Number(argumentsOf(directive)["weight"]));
      } else if (names.listSize.has(directive.name.value)) {
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

/** The names of both directives in a schema: what it links says so, or they are called as they usually are. */
function namesOf(definitions: readonly DefinitionNode[]): Record<"cost" | "listSize", ReadonlySet<string>> {
  const links = linksIn(definitions).filter(
    ({ isOfFederation, feature }) => isOfFederation && feature === "cost",
  );
  const of = (name: string) =>
    new Set(links.length > 0 ? links.flatMap((link) => directiveNames(link, name)) : [name]);
  return { cost: of("cost"), listSize: of("listSize") };
}
