import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient as createSocketClient } from "graphql-ws";
import { filter, firstValueFrom, map, toArray } from "rxjs";
import WebSocket from "ws";
import type { Running } from "./running.ts";
import { socketUrl } from "./running.ts";

const PAGE = gql`
  query ($after: String) {
    programs(first: 3, after: $after) {
      edges {
        node {
          id
          title
          ... on Internship {
            partnership {
              id
              name
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

/** Apollo Client with its normalized cache. */
export function describeApollo(running: () => Running): void {
  describe("Apollo Client", () => {
    let client: ApolloClient;
    const accepted: (string | null)[] = [];
    beforeAll(() => {
      // Its link for WebSockets looks for the browser's, which Node 20 has none of.
      Object.assign(globalThis, { WebSocket });
      client = new ApolloClient({
        link: new HttpLink({
          uri: `${running().platform.url}/graphql`,
          headers: { "X-Demo-Viewer": "Admin" },
          fetch: (input, init) => {
            accepted.push(new Headers(init?.headers).get("accept"));
            return fetch(input, init);
          },
        }),
        cache: new InMemoryCache({
          possibleTypes: { Node: ["Internship", "CodingCourse", "Partnership"] },
          typePolicies: { Query: { fields: { programs: relayStylePagination() } } },
        }),
      });
    });
    afterAll(() => client.stop());

    it("pages through a list by fetchMore, of which the cache makes one", async () => {
      const watched = client.watchQuery<any>({ query: PAGE });
      const first = await firstValueFrom(
        watched.pipe(
          map(({ data }) => data),
          filter(Boolean),
        ),
      );
      const { endCursor } = first.programs.pageInfo;
      await watched.fetchMore({ variables: { after: endCursor } });
      const { data } = watched.getCurrentResult();
      const ids = data.programs.edges.map(({ node }: any) => node.id);
      expect(new Set(ids).size).toBe(6);
      expect(accepted[0]).toContain("application/graphql-response+json");
    });

    it("finds what a mutation changed in its cache", async () => {
      const { data } = await client.mutate<any>({
        mutation: gql`
          mutation {
            createApiKey(input: { name: "Apollo" }) {
              apiKey {
                id
                revokedAt
              }
            }
          }
        `,
      });
      const key = data.createApiKey.apiKey;
      await client.mutate({
        mutation: gql`
          mutation ($id: ID!) {
            revokeApiKey(input: { id: $id }) {
              id
              revokedAt
            }
          }
        `,
        variables: { id: key.id },
      });
      const fragment = gql`
        fragment Revoked on ApiKey {
          revokedAt
        }
      `;
      const cached = client.readFragment<any>({ id: client.cache.identify(key)!, fragment });
      expect(cached.revokedAt).toEqual(expect.any(String));
    });

    it("tells errors with their codes", async () => {
      const failing = client.query({
        query: gql`
          query {
            nothing
          }
        `,
      });
      const error = await failing.catch((thrown: unknown) => thrown);
      expect(CombinedGraphQLErrors.is(error)).toBe(true);
      expect((error as CombinedGraphQLErrors).errors[0]!.extensions!["code"]).toBe(
        "GRAPHQL_VALIDATION_FAILED",
      );
    });

    it("is sent the events of a subscription over a WebSocket", async () => {
      const sockets = createSocketClient({ url: socketUrl(running().clock), webSocketImpl: WebSocket });
      const ticking = new ApolloClient({
        link: ApolloLink.from([new GraphQLWsLink(sockets)]),
        cache: new InMemoryCache(),
      });
      const events = ticking.subscribe<any>({
        query: gql`
          subscription ($to: Int!) {
            ticks(to: $to) {
              id
              count
            }
          }
        `,
        variables: { to: 3 },
      });
      const counts = events.pipe(
        map(({ data }) => data.ticks.count),
        toArray(),
      );
      expect(await firstValueFrom(counts)).toEqual([1, 2, 3]);
      const refused = ticking.subscribe<any>({
        query: gql`
          subscription {
            ticks(to: "many") {
              id
            }
          }
        `,
      });
      const { error } = await firstValueFrom(refused);
      expect((error as CombinedGraphQLErrors).errors[0]!.extensions!["code"]).toBe(
        "GRAPHQL_VALIDATION_FAILED",
      );
      ticking.stop();
      await sockets.dispose();
    });
  });
}
