import type { CostedField, CostedSet, CostedVariant, Variables } from "./compile.ts";

/** The most that an operation can cost with certain variables. What stands in several places is added up once. */
export class Requested {
  readonly #variables: Variables;
  readonly #sets = new Map<CostedSet, number>();

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** What one value costs of which a set is selected; as many rows as `page` says, where it is one. */
  ofSet(set: CostedSet, page = 0): number {
    if (set.isPage) return this.#dearest(set, page);
    let cost = this.#sets.get(set);
    if (cost === undefined) this.#sets.set(set, (cost = this.#dearest(set, 0)));
    return cost;
  }

  /** The same of a value of a certain type. */
  ofVariant({ weight, fields }: CostedVariant, page = 0): number {
    let cost = weight;
    for (const field of fields) cost += this.#ofField(field, page);
    return cost;
  }

  #dearest({ variants }: CostedSet, page: number): number {
    return Math.max(0, ...variants.map((variant) => this.ofVariant(variant, page)));
  }

  #ofField({ condition, weight, length, pageLength, valueWeight, below }: CostedField, page: number): number {
    const variables = this.#variables;
    if (condition && !condition(variables)) return 0;
    const each = below ? this.ofSet(below, pageLength(variables)) : valueWeight;
    const own = typeof weight === "number" ? weight : weight(variables);
    return own + (length ? length(variables) : page) * each;
  }
}
