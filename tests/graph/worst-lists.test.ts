import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { askWorst, worstLists } from "../bench/worst-lists.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

const schema = buildSchema(readFileSync(join(__dirname, "../../schema/api.graphql"), "utf8"));

interface Answer {
  readonly errors?: { message: string; extensions: Record<string, unknown> }[];
  readonly extensions?: { cost: { requested: number } };
}

describe("a request that has a list looked through as often as it may", () => {
  let platform: TestPlatform;
  beforeAll(async () => void (platform = await startTestPlatform()));
  afterAll(() => platform.close());

  const send = async (body: object, viewer = "member", signal?: AbortSignal): Promise<Answer> => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-demo-viewer": viewer },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
    return (await response.json()) as Answer;
  };

  const lists = worstLists(schema);

  it("is about every list that there is", () => {
    expect(lists.length).toBeGreaterThan(15);
    expect(lists.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Query.institutions", "Indicator.figures", "Program.figures"]),
    );
  });

  it.each(lists.map((list) => [list.name, list] as const))(
    "%s: lets others be answered before",
    async (_, list) => {
      const viewer = list.name === "Query.auditLog" ? "admin" : "member";
      let isFirst = false;
      const { aliases, answer } = await askWorst(
        list,
        async (operation) => {
          const end = new AbortController();
          const heavy = send(operation, viewer, end.signal);
          // Sent when the other has been read and planned: what is left of it is the database's work.
          await new Promise((resolve) => setTimeout(resolve, 1));
          const other = send({ query: "{ __typename }" }).then(() => (isFirst = true));
          await Promise.race([heavy, other]);
          if (!isFirst) return heavy;
          // Whose client goes has no more statements run.
          end.abort();
          return heavy.catch((): Answer => ({}));
        },
        40,
      );
      expect(aliases).toBeGreaterThan(10);
      expect(answer.errors ?? []).toEqual([]);
      expect(isFirst).toBe(true);
    },
  );

  it("costs what it has looked through, so that the worst is refused", async () => {
    const aliases = Array.from(
      { length: 164 },
      (_, index) => `a${index}: figures(first: 1, filter: $filter) { nodes { subjectKind } }`,
    );
    const search = (text: string) => ({ periodLabel: { contains: text } });
    const filter = { not: { or: [search("zz"), search("2"), { groupCode: { startsWith: "A" } }] } };
    const { errors } = await send({
      query: `query ($filter: FigureFilter) { indicators(first: 20) { nodes { ${aliases.join(" ")} } } }`,
      variables: { filter },
    });
    expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["COST_EXCEEDED"]);
    const cost = async (query: string) => (await send({ query })).extensions!.cost.requested;
    // A page in its order costs what it always did; a search costs more.
    expect(await cost("{ institutions(first: 10) { nodes { name } } }")).toBe(11);
    expect(
      await cost(`{ institutions(first: 10, filter: { name: { contains: "a" } }) { nodes { name } } }`),
    ).toBe(111);
  });
});
