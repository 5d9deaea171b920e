import { z } from "zod";
import type { AuditedRead } from "../../shared/auth/audit.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../execution/subgraph-executor.ts";

/** Puts reads into the audit log; resolves when they are there for good. */
export type RecordReads = (reads: readonly AuditedRead[], request: SubgraphRequest) => Promise<void>;

const auditedReads = z.array(
  z.object({
    action: z.literal("RAW_FIGURES_READ"),
    organisationId: z.string(),
    consortiumId: z.string().nullable(),
    count: z.int().positive(),
  }),
);

/**
 * Puts into the audit log what subgraphs of ours say they have read (`extensions.audit`), before anybody gets the
 * answer: what cannot be put down, or isn't understood, is no answer.
 */
export function withAudit(send: SubgraphExecutor, record: RecordReads): SubgraphExecutor {
  return async (request) => {
    const answer = await send(request);
    const told = answer.extensions?.["audit"];
    if (told !== undefined) await record(auditedReads.parse(told), request);
    return answer;
  };
}
