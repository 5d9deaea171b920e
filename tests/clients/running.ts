import type { Gateway } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

/** What clients are tried on: the platform, and a gateway that has subscriptions, which the platform has none of. */
export interface Running {
  readonly platform: TestPlatform;
  readonly clock: Gateway;
  close(): Promise<void>;
}

/** The graph of the clock: it ticks as often as it is told to, and refuses to tick a negative number of times. */
export const CLOCK_SDL = `
  type Query { now: Tick! }
  type Subscription { ticks(to: Int!): Tick! }
  type Tick { id: ID! count: Int! }
`;

const tick = (count: number) => ({ __typename: "Tick", id: `tick_${count}`, count });

export async function startRunning(): Promise<Running> {
  const platform = await startTestPlatform();
  const clock = await createGateway({
    supergraphSdl: composeSupergraph([{ name: "clock", sdl: CLOCK_SDL, url: "http://127.0.0.1/" }]),
    subgraph: async () => ({ data: { now: tick(0) } }),
    async *subscribe({ variables }) {
      const to = Number((variables as { to: number }).to);
      if (to < 0)
        yield {
          errors: [
            { message: "Expected a number that is not negative.", extensions: { code: "BAD_USER_INPUT" } },
          ],
        };
      for (let count = 1; count <= to; count++) yield { data: { ticks: tick(count) } };
    },
    host: "localhost",
    port: 0,
    logLevel: "silent",
  });
  return {
    platform,
    clock,
    async close() {
      await clock.close();
      await platform.close();
    },
  };
}

/** The address of a gateway's graph for WebSockets. */
export const socketUrl = ({ url }: Pick<Gateway, "url">) => `${url.replace(/^http/, "ws")}/graphql`;
