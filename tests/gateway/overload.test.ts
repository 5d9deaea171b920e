import { createPlanner } from "../../gateway/execution/planner.ts";
import { createGateway } from "../../gateway/server.ts";
import { startFixture } from "./fixture.ts";
import { keys } from "./fixtures/keys.ts";

const { supergraphSdl, send } = startFixture(keys.subgraphs);

it("a process that is behind refuses operations at once, and takes them again when it has caught up", async () => {
  const gateway = await createGateway({
    supergraphSdl,
    subgraph: send,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    maxDelay: 100,
  });
  const ask = () =>
    fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: `{ course(id: "c1") { title } }` }),
    });
  try {
    expect((await ask()).status).toBe(200);
    let refused = await ask();
    for (let turn = 0; turn < 20 && refused.status === 200; turn++) {
      const until = Date.now() + 1_200;
      while (Date.now() < until);
      refused = await ask();
    }
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: "UNAVAILABLE", retryable: true } }],
    });
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    let again = refused;
    for (let turn = 0; turn < 100 && again.status !== 200; turn++) {
      await new Promise((done) => setTimeout(done, 50));
      again = await ask();
    }
    expect(again.status).toBe(200);
  } finally {
    await gateway.close();
  }
});

it("no more plans are made at once than there are threads for, nor wait without end", async () => {
  const planner = await createPlanner(supergraphSdl);
  const plans = Array.from({ length: 500 }, (_, at) =>
    planner.plan(`{ a${at}: course(id: "c${at}") { title } }`),
  );
  const results = await Promise.allSettled(plans);
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.length).toBeLessThan(500);
  for (const reason of reasons) expect(reason).toMatchObject({ extensions: { code: "UNAVAILABLE" } });
  // Nothing of that is kept: asked again, each is planned.
  await expect(planner.plan(`{ a499: course(id: "c499") { title } }`)).resolves.toBeDefined();
});
