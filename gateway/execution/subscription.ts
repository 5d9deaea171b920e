import type { FetchNode, PlanNode } from "@graphql-hive/router-query-planner";
import { answerIn, tell, unavailable, variablesOf } from "./ask.ts";
import { withDigits } from "./kept-digits.ts";
import { compilePlan, rootReceiver } from "./plan.ts";
import type { Run, Tools } from "./run.ts";
import type { SubgraphResponse, SubgraphSubscriber } from "./subgraph-executor.ts";

/** The events of a plan: each is a run of its own, complete when it comes. */
export type EventSource = (begin: () => Run) => AsyncGenerator<Run, void>;

/**
 * Turns the plan of a subscription into its events. One subgraph tells of them; what others have to add is fetched
 * anew behind each.
 */
export function compileSubscription(
  plan: PlanNode | undefined,
  tools: Tools,
  subscribe: SubgraphSubscriber,
): EventSource {
  const { source, rest } = partsOf(plan);
  const receive = rootReceiver(source, [], tools);
  const complete = compilePlan(
    rest.length > 0 ? { kind: "Sequence", nodes: rest } : undefined,
    tools,
    source,
  );

  return async function* (begin) {
    const { viewer, headers, variables, signal } = begin();
    const events = subscribe({
      subgraph: source.serviceName,
      query: source.operation,
      operationName: source.operationName,
      operationKind: "subscription",
      variables: variablesOf(source, variables),
      viewer,
      headers,
      signal,
    });
    const afterEvent = async (event: SubgraphResponse | { failure: unknown }) => {
      const run = begin();
      const answer =
        "failure" in event
          ? { data: null, errors: [unavailable(event.failure)], isExecuted: false }
          : answerIn(event);
      receive(answer, [run.root], run);
      await complete(run);
      return run;
    };
    try {
      for await (const event of events) yield await afterEvent(event);
    } catch (failure) {
      // A client that has gone is told nothing.
      if (signal?.aborted) return;
      tell(failure, source, begin(), tools);
      yield await afterEvent({ failure });
    }
  };
}

function partsOf(plan: PlanNode | undefined): { source: FetchNode; rest: PlanNode[] } {
  const [first, ...rest] = plan?.kind === "Sequence" ? plan.nodes : plan ? [plan] : [];
  if (first?.kind !== "Subscription") throw new Error("The plan of a subscription does not begin with one.");
  return { source: withDigits(first.primary), rest };
}
