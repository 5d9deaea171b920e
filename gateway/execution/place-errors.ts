import type { ErrorList } from "./errors.ts";
import type { Path } from "./path.ts";
import { pathKeys } from "./path.ts";
import type { SubgraphError } from "./subgraph-executor.ts";

/** The keys and indexes of a path in an answer. */
export type Keys = readonly (string | number)[];

/** Most errors of one answer that are looked at: no answer lists as many. */
const ERRORS_EXAMINED = 1_000;

/** Calls back with the errors of a subgraph's answer, and counts those that an answer has no room for anyway. */
export function eachExamined(
  errors: readonly SubgraphError[],
  list: ErrorList,
  examine: (error: SubgraphError) => void,
): void {
  const most = Math.min(errors.length, ERRORS_EXAMINED);
  let index = 0;
  while (index < most && !list.isFull) examine(errors[index++]!);
  list.omit(errors.length - index);
}

/** Puts one error inside of each place, and counts the places beyond those that an answer has room for. */
export function placeError(
  error: SubgraphError,
  places: readonly Path[],
  inside: readonly Keys[],
  list: ErrorList,
): void {
  const most = Math.min(places.length, list.room);
  for (const place of places.slice(0, most)) {
    for (const keys of inside) list.addFromSubgraph(error, [...pathKeys(place), ...keys]);
  }
  list.omit((places.length - most) * inside.length);
}

/** Most keys of a path that is believed. */
const PATH_LENGTH = 1_000;

/** The path of a subgraph's error: anybody's JSON. */
export const keysOf = ({ path }: SubgraphError): Keys =>
  Array.isArray(path) && path.length <= PATH_LENGTH ? (path as Keys) : [];
