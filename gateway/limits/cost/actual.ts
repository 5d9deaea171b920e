import type { CostedField, CostedSet, CostedVariant, Variables } from "./compile.ts";
import { Requested } from "./requested.ts";

type Data = Readonly<Record<string, unknown>>;

/** What an operation has cost, by the data of its answer. */
export class Actual {
  readonly #variables: Variables;
  readonly #weights = new Map<CostedField, number>();
  readonly #requested: Requested;
  readonly #most = new Map<CostedVariant, number>();

  constructor(variables: Variables) {
    this.#variables = variables;
    this.#requested = new Requested(variables);
  }

  /** What an object cost of which a set is selected. */
  ofObject(set: CostedSet, data: Data): number {
    const { weight, fields } = this.#variantOf(set, data);
    let cost = weight;
    for (const field of fields) {
      const value = data[field.key];
      if (value === undefined) continue;
      cost += typeof field.weight === "number" ? field.weight : this.#weightOf(field, field.weight);
      if (value !== null) cost += this.#ofValue(field, value);
    }
    return cost;
  }

  #ofValue(field: CostedField, value: unknown): number {
    if (Array.isArray(value)) {
      let cost = 0;
      for (const each of value) if (each !== null) cost += this.#ofValue(field, each);
      return cost;
    }
    return field.below ? this.ofObject(field.below, value as Data) : field.valueWeight;
  }

  #weightOf(field: CostedField, compute: (variables: Variables) => number): number {
    let weight = this.#weights.get(field);
    if (weight === undefined) this.#weights.set(field, (weight = compute(this.#variables)));
    return weight;
  }

  #variantOf({ variants }: CostedSet, data: Data): CostedVariant {
    if (variants.length === 1) return variants[0]!;
    const named = variants.find(({ type, keys }) =>
      keys.some(({ key, name }) => name === "__typename" && data[key] === type),
    );
    if (named) return named;
    const fitting = variants.filter(({ keys }) =>
      keys.every(({ key, condition }) => data[key] !== undefined || condition?.(this.#variables) === false),
    );
    // One is dearest whatever is below it, so that no object is walked twice.
    return (fitting.length > 0 ? fitting : variants).reduce((a, b) =>
      this.#atMost(b) > this.#atMost(a) ? b : a,
    );
  }

  #atMost(variant: CostedVariant): number {
    let cost = this.#most.get(variant);
    if (cost === undefined) this.#most.set(variant, (cost = this.#requested.ofVariant(variant)));
    return cost;
  }
}
