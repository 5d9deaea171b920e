import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient as createEventsClient } from "graphql-sse";
import type { GraphQLTaggedNode, OperationType, Variables } from "relay-runtime";
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getRequest,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from "relay-runtime";
import type { Running } from "./running.ts";
import { CLOCK_SDL } from "./running.ts";

const root = join(__dirname, "../..");

const PLATFORM_DOCUMENTS = `
import { graphql } from "relay-runtime";

graphql\`
  query platformPageQuery($count: Int!, $after: String) {
    institutions(first: $count, after: $after) @connection(key: "platformPage_institutions") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
\`;

graphql\`
  query platformNodeQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Institution {
        name
      }
    }
  }
\`;

graphql\`
  fragment platformPartnerships_institution on Institution
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "platformPartnershipsRefetchQuery") {
    partnerships(first: $count, after: $after) @connection(key: "platformPartnerships_partnerships") {
      edges {
        node {
          name
        }
      }
    }
  }
\`;

graphql\`
  mutation platformCreateMutation($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      apiKey {
        id
        name
        revokedAt
      }
    }
  }
\`;

graphql\`
  mutation platformRevokeMutation($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      id
      revokedAt
    }
  }
\`;
`;

const CLOCK_DOCUMENTS = `
import { graphql } from "relay-runtime";

graphql\`
  subscription clockTicksSubscription($to: Int!) {
    ticks(to: $to) {
      id
      count
    }
  }
\`;
`;

/** Relay's compiler, and its runtime on what that has compiled. */
export function describeRelay(running: () => Running): void {
  describe("Relay", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "relay-"));
      writeFileSync(join(folder, "clock.graphql"), CLOCK_SDL);
      copyFileSync(join(root, "schema/api.graphql"), join(folder, "platform.graphql"));
      compile(folder, "platform", PLATFORM_DOCUMENTS);
      compile(folder, "clock", CLOCK_DOCUMENTS);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const artifact = (name: string): GraphQLTaggedNode =>
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      require(
        join(folder, `artifacts-${name.startsWith("clock") ? "clock" : "platform"}`, `${name}.graphql.js`),
      );

    const environment = () => {
      return new Environment({
        network: Network.create(async ({ text }, variables) => {
          const answer = await fetch(`${running().platform.url}/graphql`, {
            method: "POST",
            headers: {
              "content-type": "application/json",
              accept: "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
              "x-demo-viewer": "admin",
            },
            body: JSON.stringify({ query: text, variables }),
          });
          return (await answer.json()) as never;
        }),
        store: new Store(new RecordSource()),
      });
    };

    const read = (from: Environment, name: string, variables: Variables): any =>
      from.lookup(createOperationDescriptor(getRequest(artifact(name)), variables).fragment).data;

    it("pages through a list, of which its store makes one", async () => {
      const relay = environment();
      const ask = (variables: Variables) =>
        fetchQuery<OperationType>(relay, artifact("platformPageQuery"), variables).toPromise();
      await ask({ count: 3, after: null });
      const [, , last] = read(relay, "platformPageQuery", { count: 3, after: null }).institutions.edges;
      await ask({ count: 3, after: last.cursor });
      const { edges } = read(relay, "platformPageQuery", { count: 3, after: null }).institutions;
      expect(new Set(edges.map(({ node }: any) => node.id)).size).toBe(6);
    });

    it("refetches a fragment by the id of its node", async () => {
      const relay = environment();
      await fetchQuery(relay, artifact("platformPageQuery"), { count: 1, after: null }).toPromise();
      const [{ node }] = read(relay, "platformPageQuery", { count: 1, after: null }).institutions.edges;
      const found: any = await fetchQuery(relay, artifact("platformNodeQuery"), { id: node.id }).toPromise();
      expect(found.node).toMatchObject({ __typename: "Institution", id: node.id, name: node.name });
      const refetched = fetchQuery(relay, artifact("platformPartnershipsRefetchQuery"), {
        id: node.id,
        count: 1,
        after: null,
      });
      expect(await refetched.toPromise()).toHaveProperty("node");
    });

    it("finds what a mutation changed in its store, and is told errors", async () => {
      const relay = environment();
      const commit = (name: string, variables: Variables) =>
        new Promise<any>((resolve, reject) =>
          commitMutation<any>(relay, {
            mutation: artifact(name),
            variables,
            onCompleted: (data, errors) => resolve({ data, errors }),
            onError: reject,
          }),
        );
      const { data } = await commit("platformCreateMutation", { input: { name: "Relay" } });
      const { id } = data.createApiKey.apiKey;
      await commit("platformRevokeMutation", { input: { id } });
      expect(relay.getStore().getSource().get(id)).toMatchObject({ revokedAt: expect.any(String) });
      const { errors } = await commit("platformRevokeMutation", { input: { id: "key_none" } });
      expect(errors[0].extensions.code).toBe("NOT_FOUND");
    });

    it("is sent the events of a subscription as a stream", async () => {
      const client = createEventsClient({ url: `${running().clock.url}/graphql`, retryAttempts: 0 });
      const relay = new Environment({
        network: Network.create(
          () => Promise.reject(new Error("Only subscriptions are sent here.")),
          ({ text }, variables) =>
            Observable.create((sink) => client.subscribe({ query: text!, variables }, sink as never)),
        ),
        store: new Store(new RecordSource()),
      });
      const counts: number[] = [];
      await new Promise<void>((resolve, reject) =>
        requestSubscription<any>(relay, {
          subscription: artifact("clockTicksSubscription"),
          variables: { to: 3 },
          onNext: (data) => counts.push(data.ticks.count),
          onCompleted: () => resolve(),
          onError: reject,
        }),
      );
      expect(counts).toEqual([1, 2, 3]);
      client.dispose();
    });
  });
}

/** Compiles documents on a schema into artifacts, in a folder of their own: the compiler removes what it does not know. */
function compile(folder: string, name: string, documents: string): void {
  for (const each of [`artifacts-${name}`, `src-${name}`]) mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, `src-${name}`, `${name}.js`), documents);
  const config = {
    src: `src-${name}`,
    schema: `${name}.graphql`,
    language: "javascript",
    artifactDirectory: `artifacts-${name}`,
    eagerEsModules: false,
    noFutureProofEnums: true,
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
  const compiler = join(root, "node_modules/relay-compiler/cli.js");
  execFileSync(process.execPath, [compiler, `${name}.json`], { cwd: folder, stdio: "pipe" });
}
