import type { OperationTypeNode } from "graphql";
import { registerEnumType } from "type-graphql";
import { DomainError } from "../../../shared/errors.ts";
import type { Caller } from "../../identity/caller.ts";

/** What an API key may be used for; a closed list. */
export const SCOPES = ["READ", "WRITE", "AUDIT", "KEYS"] as const;
export type Scope = (typeof SCOPES)[number];

/** The same as GraphQL knows them. */
export const ScopeEnum = Object.fromEntries(SCOPES.map((scope) => [scope, scope])) as Record<Scope, Scope>;
registerEnumType(ScopeEnum, {
  name: "ApiKeyScope",
  description: "What an API key may be used for.",
  valuesConfig: {
    READ: { description: "Queries and subscriptions." },
    WRITE: { description: "Mutations." },
    AUDIT: { description: "The audit log, as far as its roles show it." },
    KEYS: { description: "API keys and roles: listing them and, together with `WRITE`, changing them." },
  },
});

/** Refuses an operation for which an API key has no scope. People's tokens are not limited by scopes of ours. */
export function refuseUnscoped(caller: Caller, operationKind: `${OperationTypeNode}`): void {
  requireScope(caller, operationKind === "mutation" ? "WRITE" : "READ");
}

/** Refuses an API key that has not this scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (hasScope(caller, scope)) return;
  throw new DomainError("FORBIDDEN", `The API key has not the scope ${scope}, which this takes.`, { scope });
}

/** Whether a caller may use a scope: everybody but an API key that has it not. */
export function hasScope({ credential, scopes }: Caller, scope: Scope): boolean {
  return credential.kind !== "API_KEY" || (scopes?.includes(scope) ?? false);
}
