import type { Config } from "../../shared/config.ts";
import type { Caller } from "./caller.ts";

/** Who is told of the schema itself: everybody, but in production only those who have signed in. */
export const introspectors =
  ({ isProduction }: Pick<Config, "isProduction">) =>
  ({ credential }: Caller): boolean =>
    !isProduction || credential.kind !== "NONE";
