import { startSubgraphs } from "../../gateway/embedded.ts";
import { catchUpAll } from "../../gateway/feeds.ts";
import { readConfig } from "../../shared/config.ts";
import { testServer } from "../database.ts";
import type { RunningProcess, TestPlatform } from "../e2e/processes.ts";
import { ask, build, consortia, emptyPlatform, onServer, stopAll } from "../e2e/processes.ts";
import { loadPeople } from "./in-process.ts";
import type { Change, Supplies } from "./ledger.ts";
import { Ledger, nextChanges } from "./ledger.ts";

const ROUNDS = 3;
/** Which changes each client makes, one after the other: those of one record come in an order that is known. */
const CLIENTS: readonly (readonly Change["kind"][])[] = [
  ["consortium", "tier"],
  ["invitation", "key"],
  ["role"],
];
const ANSWERS_A_ROUND = 12;

beforeAll(build, 120_000);

describe("A platform that is killed while clients change things", () => {
  const ledger = new Ledger(true);
  let platform: TestPlatform;
  let supplies: Supplies;

  beforeAll(async () => {
    platform = emptyPlatform();
    const subgraphs = await startSubgraphs(readConfig(platform.env));
    supplies = await loadPeople(subgraphs, 1_000);
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  }, 120_000);
  afterAll(async () => {
    await stopAll();
    await platform.drop();
  });

  const start = async (): Promise<{ process: RunningProcess; endpoint: string }> => {
    const process = consortia(["start"], { ...platform.env, PORT: "0" });
    const [, endpoint] = await process.line(/Graph\s+(http\S+)/);
    await process.line(/Ctrl\+C/);
    return { process, endpoint: endpoint! };
  };

  /** Makes changes until the platform answers no more. */
  const client = async (endpoint: string, kinds: readonly Change["kind"][], onAnswer: () => void) => {
    for (;;) {
      for (const change of nextChanges(supplies).filter(({ kind }) => kinds.includes(kind))) {
        const answer = await ask(endpoint, change.query, {
          variables: { input: change.input },
          headers: { "x-demo-viewer": change.viewer },
        }).catch(() => null);
        ledger.note(change, answer);
        if (answer === null) return;
        onAnswer();
      }
    }
  };

  it("has lost nothing, doubled nothing, and told no lie", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { process, endpoint } = await start();
      let answers = 0;
      let tellEnough!: () => void;
      const enough = new Promise<void>((resolve) => (tellEnough = resolve));
      const clients = CLIENTS.map((kinds) =>
        client(endpoint, kinds, () => {
          answers++;
          if (testServer && answers % 5 === 0) void killConnections(platform);
          if (answers === ANSWERS_A_ROUND + round) tellEnough();
        }),
      );
      await enough;
      expect(await process.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
      await Promise.all(clients);
    }
    const subgraphs = await startSubgraphs(readConfig(platform.env));
    try {
      await catchUpAll(subgraphs);
      await ledger.compare(subgraphs.institutions.db, subgraphs.platform.db);
      expect(ledger.count("MADE")).toBeGreaterThan(ROUNDS);
    } finally {
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
    }
  }, 180_000);
});

/** Ends all connections that the platform has right now. */
async function killConnections({ env }: TestPlatform): Promise<void> {
  const schema = new URL(env["DATABASE_URL"]!).pathname.slice(1);
  const connections = await onServer("SELECT id FROM information_schema.processlist WHERE db LIKE ?", [
    `${schema}\\_%`,
  ]);
  for (const { id, ID = id } of connections) await onServer(`KILL CONNECTION ${String(ID)}`).catch(() => {});
}
