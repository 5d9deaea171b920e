import type { IdentifiedType } from "../ids.ts";
import { ID_PREFIXES } from "../ids.ts";

/** Mixes numbers into 32 well-spread bits: the same numbers always give the same bits. */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A stream of numbers that look random and depend on nothing but its seed. */
export class Random {
  private step = 0;

  constructor(private readonly seed: number) {}

  /** From 0, below 1. */
  fraction(): number {
    return mix(this.seed, ++this.step) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.fraction() * list.length)]!;
  }

  /** A value by its weight, out of `[value, weight]` pairs. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T {
    const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.fraction() * total;
    for (const [value, weight] of pairs) {
      left -= weight;
      if (left < 0) return value;
    }
    return pairs[pairs.length - 1]![0];
  }
}

const TYPES = Object.keys(ID_PREFIXES) as IdentifiedType[];

/** The id of a demo record: shaped like every id, the same on every machine. */
export function demoId(type: IdentifiedType, index: number): string {
  const number = TYPES.indexOf(type);
  const noise = mix(number, index, 7);
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  const variant = hex(0x8000 | ((noise >>> 12) & 0x3fff), 4);
  return `${ID_PREFIXES[type]}_0198a000-0000-7${hex(noise & 0xfff, 3)}-${variant}-${hex(number, 2)}${hex(index, 10)}`;
}

/**
 * Splits a count over weights so that the parts add up to it and none exceeds its cap: whole numbers by largest
 * remainder. Needs the caps to add up to the count at least.
 */
export function splitCount(total: number, weights: readonly number[], caps?: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0) || 1;
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map((value, index) => Math.min(Math.floor(value), caps?.[index] ?? Infinity));
  let left = total - parts.reduce((a, b) => a + b, 0);
  const order = exact
    .map((value, index) => [value - Math.floor(value), index] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  while (left > 0) {
    const before = left;
    for (const [, index] of order) {
      if (left > 0 && parts[index]! < (caps?.[index] ?? Infinity)) {
        parts[index]!++;
        left--;
      }
    }
    if (left === before) break;
  }
  return parts;
}
