import { v7 } from "uuid";
import type { IdentifiedType } from "../../shared/ids.ts";
import { ID_PREFIXES } from "../../shared/ids.ts";

/** The id that one change always has, however often it is told of: made of when it was, and of its digest. */
export const idOfChange = (type: IdentifiedType, at: Date, digest: Uint8Array): string =>
  `${ID_PREFIXES[type]}_${v7({ msecs: at.getTime(), random: digest })}`;
