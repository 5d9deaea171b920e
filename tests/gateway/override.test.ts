import type { FixtureSubgraph } from "./fixture.ts";
import { startFixture } from "./fixture.ts";

const subgraphs = (label: string): FixtureSubgraph[] => [
  {
    name: "old",
    typeDefs: `type Query { course: Course } type Course @key(fields: "id") { id: ID! seats: String }`,
    resolvers: { Query: { course: () => ({ id: "c1" }) }, Course: { seats: () => "by the old" } },
  },
  {
    name: "new",
    typeDefs: `type Query { b: Int } type Course @key(fields: "id") { id: ID! seats: String @override(from: "old", label: "${label}") }`,
    resolvers: { Course: { __resolveReference: (key: object) => key, seats: () => "by the new" } },
  },
];
const QUERY = `{ course { seats } }`;
const seatsOf = async (running: ReturnType<typeof startFixture>) =>
  ((await running.ask(QUERY)).data as { course: { seats: string } }).course.seats;

describe("a field on its way to another subgraph", () => {
  it("is asked of the new one where its label is switched on", async () => {
    const start = (overrideLabels: string[]) =>
      startFixture(subgraphs("seats-moved"), undefined, undefined, { overrideLabels });
    expect(await seatsOf(start([]))).toBe("by the old");
    expect(await seatsOf(start(["something-else"]))).toBe("by the old");
    expect(await seatsOf(start(["seats-moved"]))).toBe("by the new");
  });

  it("is asked of the new one in so many of a hundred requests", async () => {
    const running = startFixture(subgraphs("percent(30)"));
    const random = jest.spyOn(Math, "random");
    try {
      const asked = [];
      for (const chance of [0, 0.29, 0.3, 0.99, 0.1]) {
        random.mockReturnValue(chance);
        asked.push(await seatsOf(running));
      }
      expect(asked).toEqual(["by the new", "by the new", "by the old", "by the old", "by the new"]);
    } finally {
      random.mockRestore();
    }
  });
});
