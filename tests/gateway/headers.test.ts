import { VIEWER_HEADER } from "../../shared/auth/signature.ts";
import { passedHeaders } from "../../gateway/headers.ts";
import { keys } from "./fixtures/keys.ts";
import type { HttpFixture } from "./http.ts";
import { startHttpFixture } from "./http.ts";

describe("headers of a client", () => {
  let running: HttpFixture;
  const seen: (readonly [authorization: unknown, other: unknown])[] = [];

  const start = async (passHeaders: string[]) => {
    seen.length = 0;
    running = await startHttpFixture(keys.subgraphs, {
      passHeaders,
      sabotage: {
        courses(response, { headers }) {
          seen.push([headers["authorization"], headers["x-other"]]);
          const title = String(headers["authorization"] ?? "nobody");
          setTimeout(() => response.end(JSON.stringify({ data: { course: { title } } })), 30);
          return true;
        },
      },
    });
  };
  afterEach(() => running.close());

  const titleFor = async (headers: Record<string, string>) => {
    const answer = await fetch(`${running.gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: `{ course(id: "c1") { title } }` }),
    });
    return ((await answer.json()) as { data: { course: { title: string } } }).data.course.title;
  };

  it("go on to subgraphs where they are named, and no others", async () => {
    await start(["Authorization"]);
    expect(await titleFor({ authorization: "Bearer a", "x-other": "b" })).toBe("Bearer a");
    expect(await titleFor({ "x-other": "b" })).toBe("nobody");
    expect(seen).toEqual([
      ["Bearer a", undefined],
      [undefined, undefined],
    ]);
  });

  it("do not go on unless they are named", async () => {
    await start([]);
    expect(await titleFor({ authorization: "Bearer a" })).toBe("nobody");
  });

  it("keep those apart who ask the same at the same time", async () => {
    await start(["authorization"]);
    const names = ["Bearer a", "Bearer b", "Bearer a", "Bearer b"];
    expect(await Promise.all(names.map((authorization) => titleFor({ authorization })))).toEqual(names);
    expect(seen).toHaveLength(2);
  });
});

it.each(["host", "Content-Length", "transfer-encoding", VIEWER_HEADER, "a b", "__proto__"])(
  "the header %s is never passed on",
  (name) => {
    expect(() => passedHeaders([name])).toThrow("cannot be passed on to subgraphs");
  },
);
