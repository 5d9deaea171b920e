/**
 * Decisions read from a row of numbers. 0 is always the simplest one, and the only one when the numbers run out:
 * whatever makes the row shorter or its numbers smaller makes what is generated simpler, which is how it shrinks.
 */
export class Choices {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** A number from 0 up to, and without, the limit. */
  below(limit: number): number {
    return (this.numbers[this.at++] ?? 0) % limit;
  }

  /** True in so many of ten cases. */
  isOneOf(ofTen: number): boolean {
    return this.below(10) >= 10 - ofTen;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** Some of them, in their order. */
  some<T>(from: readonly T[], least = 0): T[] {
    const taken = new Set<T>();
    const count = Math.min(from.length, least + this.below(from.length - least + 1));
    for (let index = 0; index < count; index++) {
      const left = from.filter((each) => !taken.has(each));
      taken.add(this.pick(left));
    }
    return from.filter((each) => taken.has(each));
  }
}
