import type { ExecutionResult } from "graphql";

/** Another gateway over the same supergraph and the same subgraphs. */
export interface Oracle {
  ask(query: string, variables?: Record<string, unknown>, operationName?: string): Promise<ExecutionResult>;
  stop(): Promise<void>;
}

/** What an oracle answers; one that throws instead of answering has refused the operation. */
export async function answerOf(
  oracle: Oracle,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<ExecutionResult> {
  try {
    return await oracle.ask(query, variables);
  } catch (error) {
    return { errors: [error] } as ExecutionResult;
  }
}

/** What of an answer gateways have to agree about: its data, and whether there are errors. */
export const agreed = ({
  data,
  errors,
}: {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}) => ({
  data: data ?? null,
  hasErrors: errors !== undefined && errors.length > 0,
});
