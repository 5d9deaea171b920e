import type { TypedDocumentNode } from "@urql/core";
import { Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { createClient as createSocketClient } from "graphql-ws";
import { getIntrospectionQuery } from "graphql";
import WebSocket from "ws";
import type { Running } from "./running.ts";
import { socketUrl } from "./running.ts";

const PAGE = gql`
  query ($after: String) {
    institutions(first: 3, after: $after) {
      edges {
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const TICKS = gql`
  subscription ($to: Int!) {
    ticks(to: $to) {
      id
      count
    }
  }
`;

/** urql with its normalized cache (graphcache). */
export function describeUrql(running: () => Running): void {
  describe("urql with graphcache", () => {
    let client: Client;
    const warnings: unknown[] = [];
    beforeAll(async () => {
      jest.spyOn(console, "warn").mockImplementation((...said) => void warnings.push(said));
      const url = `${running().platform.url}/graphql`;
      const bare = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });
      const { data, error } = await bare.query(getIntrospectionQuery(), {}).toPromise();
      expect(error).toBeUndefined();
      client = new Client({
        url,
        preferGetMethod: false,
        fetchOptions: { headers: { "x-demo-viewer": "admin" } },
        exchanges: [
          cacheExchange({
            schema: data,
            // What is shown once has no identity.
            keys: { IssuedApiKey: () => null },
            resolvers: { Query: { institutions: relayPagination() } },
          }),
          fetchExchange,
        ],
      });
    });
    afterAll(() => jest.restoreAllMocks());

    it.each([
      ["POST", false],
      ["GET", "force"],
    ] as const)("is answered by %s", async (_method, preferGetMethod) => {
      const { data, error } = await client
        .query("{ viewer { id kind name } }", {}, { preferGetMethod, requestPolicy: "network-only" })
        .toPromise();
      expect(error).toBeUndefined();
      expect(data.viewer.kind).toBe("PERSON");
    });

    it("pages through a list, of which the cache makes one", async () => {
      const first = await client.query(PAGE, {}).toPromise();
      const { endCursor } = first.data.institutions.pageInfo;
      const both = await client.query(PAGE, { after: endCursor }).toPromise();
      expect(both.error).toBeUndefined();
      const ids = both.data.institutions.edges.map(({ node }: any) => node.id);
      expect(new Set(ids).size).toBe(6);
      expect(ids.slice(0, 3)).toEqual(first.data.institutions.edges.map(({ node }: any) => node.id));
    });

    it("finds what a mutation changed in its cache", async () => {
      const created = await client
        .mutation(
          gql`
            mutation ($input: CreateApiKeyInput!) {
              createApiKey(input: $input) {
                apiKey {
                  id
                  name
                  revokedAt
                }
              }
            }
          `,
          { input: { name: "urql" } },
        )
        .toPromise();
      expect(created.error).toBeUndefined();
      const { id } = created.data.createApiKey.apiKey;
      const keys = gql`
        {
          apiKeys(first: 5) {
            nodes {
              id
              name
              revokedAt
            }
          }
        }
      `;
      await client.query(keys, {}).toPromise();
      await client
        .mutation(
          gql`
            mutation ($input: RevokeApiKeyInput!) {
              revokeApiKey(input: $input) {
                id
                revokedAt
              }
            }
          `,
          { input: { id } },
        )
        .toPromise();
      const cached = await client.query(keys, {}, { requestPolicy: "cache-only" }).toPromise();
      expect(cached.data.apiKeys.nodes.find((each: any) => each.id === id).revokedAt).toEqual(
        expect.any(String),
      );
    });

    it("tells errors with their codes", async () => {
      const { error } = await client.query("{ nothing }", {}).toPromise();
      expect(error!.graphQLErrors[0]!.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
      const refused = await client
        .mutation(`mutation { revokeApiKey(input: { id: "key_none" }) { id } }`, {})
        .toPromise();
      expect(refused.error!.graphQLErrors[0]!.extensions["code"]).toBe("NOT_FOUND");
    });

    it("finds the identity of all that it has cached", () =>
      expect(warnings.filter((each) => String(each).includes("Invalid key"))).toEqual([]));

    it("is sent the events of a subscription, as a stream of events and over a WebSocket", async () => {
      const url = `${running().clock.url}/graphql`;
      const sockets = createSocketClient({ url: socketUrl(running().clock), webSocketImpl: WebSocket });
      const overSocket = subscriptionExchange({
        forwardSubscription: ({ query, variables = {}, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: sockets.subscribe({ query: query!, variables, operationName }, sink as never),
          }),
        }),
      });
      for (const ticking of [
        new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false }),
        new Client({ url, exchanges: [overSocket, fetchExchange], preferGetMethod: false }),
      ]) {
        expect(await countsOf(ticking, TICKS)).toEqual([1, 2, 3]);
      }
      await sockets.dispose();
    });
  });
}

function countsOf(client: Client, document: TypedDocumentNode): Promise<number[]> {
  const counts: number[] = [];
  return new Promise((resolve, reject) => {
    client.subscription(document, { to: 3 }).subscribe(({ data, error, hasNext }) => {
      if (error) reject(error);
      if (data && counts.at(-1) !== data.ticks.count) counts.push(data.ticks.count);
      if (counts.length === 3 || !hasNext) resolve(counts);
    });
  });
}
