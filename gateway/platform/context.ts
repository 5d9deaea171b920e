import type { Viewer } from "../../shared/auth/viewer.ts";
import type { Transaction } from "../../shared/data/database.ts";
import type { SubgraphContext } from "../../shared/data/loaders.ts";
import { DomainError } from "../../shared/errors.ts";
import type { Price } from "../budget/rate-limit.ts";
import type { Caller } from "../identity/caller.ts";
import type { Actor } from "./audit.ts";
import { actorOf } from "./audit.ts";
import type { Scope } from "./key/scopes.ts";
import { requireScope } from "./key/scopes.ts";

/** Asks the owning subgraph of some records which of them this viewer can see. */
export type AskOwner = (
  subgraph: string,
  representations: readonly { __typename: string; id: string }[],
  viewer: Viewer,
) => Promise<readonly (object | null)[]>;

/** What the platform's resolvers receive: as in every subgraph, and what the gateway alone knows. */
export interface PlatformContext extends SubgraphContext {
  readonly caller: Caller;
  readonly requestId: string | null;
  /** What the operation may cost; null where costs are not counted. */
  readonly price: Price | null;
  readonly askOwner: AskOwner;
  /** Called when rights have changed, so that they count from the next request on. */
  readonly onChange: () => void;
}

/** Lets only those go on who have signed in, by an API key only with the scope. */
export function requireSignedIn({ caller }: PlatformContext, scope: Scope): void {
  if (caller.viewer.kind === "VISITOR") {
    throw new DomainError("UNAUTHENTICATED", "Expected credentials: this is not for visitors.");
  }
  requireScope(caller, scope);
}

/** Makes a change to keys or roles; what is read after it is read anew, and its effect begins at once. */
export async function changeRights<T>(
  ctx: PlatformContext,
  work: (tx: Transaction, actor: Actor) => Promise<T>,
): Promise<T> {
  requireSignedIn(ctx, "KEYS");
  const changed = await ctx.db.write((tx) => work(tx, actorOf(ctx.caller, ctx.requestId)));
  ctx.loaders.forget();
  ctx.onChange();
  return changed;
}

/** Refuses what a caller may not do. */
export function allow(isAllowed: boolean, message: string, field?: string): void {
  if (!isAllowed) throw new DomainError("FORBIDDEN", message, field ? { field } : {});
}
