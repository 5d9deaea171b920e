/** A place in the answer, as a linked list from the inside out: cheap to extend, written out only for errors. */
export interface Path {
  readonly outer: Path | null;
  readonly key: string | number;
}

/** Where every path begins; its key is nobody's. */
export const START: Path = { outer: null, key: "" };

/** The path as clients see it. */
export function pathKeys(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at.outer; at = at.outer) keys.push(at.key);
  return keys.reverse();
}

/** True when one path lies on the way to the other, or they are the same. */
export function onOneWay(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return false;
  return true;
}
