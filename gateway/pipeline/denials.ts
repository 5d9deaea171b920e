import type { GraphQLError } from "graphql";
import { CredentialsRefused } from "../identity/refused.ts";
import type { Caller, CallingRequest } from "../identity/caller.ts";
import { NOBODY } from "../identity/caller.ts";
import type { AuditLog, AuditRecord } from "../platform/audit.ts";
import { actorOf } from "../platform/audit.ts";

/** Puts into the audit log what was refused, to whom. */
export interface Denials {
  /** Credentials that were not accepted. */
  signIn(error: unknown, request: CallingRequest): Promise<void>;
  /** Parts of an answer that its caller may not have. */
  access(errors: readonly GraphQLError[] | undefined, caller: Caller, requestId: string): Promise<void>;
}

const DENIED = new Set<unknown>(["FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED_FIELD_OR_TYPE"]);

/** Most paths that one entry tells of. */
const PATHS_KEPT = 10;

/** Where there is no audit log, nothing is put down. */
export const NO_DENIALS: Denials = { signIn: async () => {}, access: async () => {} };

/** A log that cannot be written to changes no answer: what is refused is refused all the same. */
export function createDenials(log: AuditLog, onError: (error: unknown) => void): Denials {
  const record = (entry: AuditRecord) => log.record([entry]).catch(onError);
  return {
    async signIn(error, { id, ip }) {
      if (!(error instanceof CredentialsRefused) || error.extensions.code === "UNAVAILABLE") return;
      const detail = { reason: error.reason, address: ip };
      await record({ action: "SIGN_IN_REFUSED", actor: actorOf(NOBODY, id), detail });
    },
    async access(errors, caller, requestId) {
      const denied = errors?.filter(({ extensions }) => DENIED.has(extensions["code"])) ?? [];
      if (denied.length === 0) return;
      const paths = denied.slice(0, PATHS_KEPT).map(({ path = [] }) => path.join("."));
      const { organisationIds, consortia } = caller.viewer;
      await record({
        action: "ACCESS_DENIED",
        actor: actorOf(caller, requestId),
        organisationId: organisationIds[0] ?? null,
        consortiumId: consortia[0]?.id ?? null,
        subject: paths[0] ?? null,
        detail: { paths: paths.join(" "), count: denied.length },
      });
    },
  };
}
