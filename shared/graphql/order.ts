import { raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { Field, InputType, registerEnumType } from "type-graphql";
import type { ClassType } from "type-graphql";
import { DomainError } from "../errors.ts";
import type { SortKey } from "../data/page.ts";

export enum OrderDirection {
  ASC = "ASC",
  DESC = "DESC",
}
registerEnumType(OrderDirection, {
  name: "OrderDirection",
  description: "Which way a list is sorted.",
  valuesConfig: { ASC: { description: "Smallest first." }, DESC: { description: "Largest first." } },
});

interface OrderValue {
  field: string;
  direction?: OrderDirection | null;
}

/** The `orderBy` input of a list, and how it becomes sort keys; the id always comes last. */
export interface Order {
  readonly input: ClassType<OrderValue>;
  toKeys(value: readonly OrderValue[] | null | undefined): SortKey[];
}

/** Declares what a list may be sorted by. Expressions must never be null (wrap them in COALESCE). */
export function defineOrder(
  name: string,
  fields: Readonly<Record<string, { readonly expression: Sql; readonly description: string }>>,
  options: { readonly id: Sql; readonly default: readonly OrderValue[] },
): Order {
  const values = Object.fromEntries(Object.keys(fields).map((field) => [field, field]));
  registerEnumType(values, {
    name: `${name}Field`,
    description: "What this list may be sorted by.",
    valuesConfig: Object.fromEntries(
      Object.entries(fields).map(([field, { description }]) => [field, { description }]),
    ),
  });

  class Input {}
  InputType(name, {
    description: "One criterion of the order; earlier ones count first, the id decides last.",
  })(Input);
  Field(() => values as never, { description: "What to sort by." })(Input.prototype, "field");
  Field(() => OrderDirection, { defaultValue: OrderDirection.ASC, description: "Which way." })(
    Input.prototype,
    "direction",
  );

  return {
    input: Input as ClassType<OrderValue>,
    toKeys(value) {
      const wanted = value && value.length > 0 ? value : options.default;
      const names = wanted.map(({ field }) => field);
      const twice = names.find((field, index) => names.indexOf(field) !== index);
      if (twice) {
        throw new DomainError("BAD_USER_INPUT", `"orderBy" names ${twice} twice; expected each field once.`, {
          field: "orderBy",
        });
      }
      const keys = wanted.map(({ field, direction }): SortKey => ({
        name: field,
        expression: fields[field]!.expression,
        direction: direction ?? "ASC",
      }));
      // The id follows the last criterion's direction, so that one index serves both ways.
      return [...keys, { name: "ID", expression: options.id, direction: keys.at(-1)?.direction ?? "ASC" }];
    },
  };
}

/** `raw` under a name that says what it is for: a column of ours in a filter or an order. */
export const column = (name: string): Sql => raw(name);
