import { v7 } from "uuid";

/** What the ids of the platform's own records begin with. They are no nodes: nothing is found by them alone. */
export type PlatformPrefix = "person" | "grant" | "key" | "audit";

/** A new id: a prefix and a UUIDv7, so that ids sort by the time they were made. */
export const newPlatformId = (prefix: PlatformPrefix): string => `${prefix}_${v7()}`;

/** The id that one change always has, however often it is told of: made of when it was, and of its digest. */
export const idOfChange = (prefix: PlatformPrefix, at: Date, digest: Uint8Array): string =>
  `${prefix}_${v7({ msecs: at.getTime(), random: digest })}`;
