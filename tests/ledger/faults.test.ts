import type { RunningSubgraphs } from "../../gateway/embedded.ts";
import { startSubgraphs } from "../../gateway/embedded.ts";
import type { SubgraphExecutor } from "../../gateway/execution/subgraph-executor.ts";
import { catchUpAll } from "../../gateway/feeds.ts";
import type { DatabaseName } from "../../shared/config.ts";
import { DATABASES } from "../../shared/config.ts";
import type { DatabaseLocation } from "../../shared/data/open.ts";
import { emptyDatabase, testServer } from "../database.ts";
import { arm, FAULTS, makeServerFaulty } from "./faults.ts";
import { executorOver, loadPeople, makeChange } from "./in-process.ts";
import type { Supplies } from "./ledger.ts";
import { Ledger, nextChanges } from "./ledger.ts";

jest.mock("libsql", () => {
  const { faultyLibsql } = jest.requireActual<{ faultyLibsql: (driver: unknown) => unknown }>("./faults.ts");
  return faultyLibsql(jest.requireActual("libsql"));
});

/** No mutation has more statements; how many it has shows when none is left to fail. */
const STATEMENTS_AT_MOST = 40;

describe("Whatever statement fails, an answer is true", () => {
  const databases = DATABASES.map((name) => [name, emptyDatabase(name)] as const);
  const locations = Object.fromEntries(databases.map(([name, { location }]) => [name, location]));
  const ledger = new Ledger();
  let subgraphs: RunningSubgraphs;
  let supplies: Supplies;
  let send: SubgraphExecutor;

  const open = async () => {
    subgraphs = await startSubgraphs({ databases: locations as Record<DatabaseName, DatabaseLocation> });
    send = executorOver(subgraphs);
  };
  const close = () => Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));

  beforeAll(async () => {
    if (testServer) makeServerFaulty();
    await open();
    supplies = await loadPeople(subgraphs, 1_000);
  });
  afterAll(async () => {
    await close();
    for (const [, database] of databases) await database.drop();
  });

  describe.each([false, true])("(and the ROLLBACK behind it: %s)", (failsRollback) => {
    describe.each(FAULTS)("by %s", (fault) => {
      it.each([0, 1, 2, 3, 4])("in mutation %s", async (index) => {
        let struck = 0;
        for (let statement = 1; ; statement++) {
          expect(statement).toBeLessThan(STATEMENTS_AT_MOST);
          const change = nextChanges(supplies)[index]!;
          const hasStruck = arm(fault, statement, failsRollback);
          ledger.note(change, await makeChange(send, change));
          const isOver = !hasStruck();
          // What comes after a failure is made as ever, and for good.
          const next = nextChanges(supplies)[index]!;
          expect(ledger.note(next, await makeChange(send, next))).toBe("MADE");
          if (isOver) break;
          struck++;
        }
        // BEGIN, something, COMMIT.
        expect(struck).toBeGreaterThan(3);
      });
    });
  });

  it("and so it is after a restart", async () => {
    await close();
    await open();
    await catchUpAll(subgraphs);
    await ledger.compare(subgraphs.institutions.db, subgraphs.platform.db);
    expect(ledger.count("MADE")).toBeGreaterThan(100);
    expect(ledger.count("REFUSED")).toBeGreaterThan(50);
    expect(ledger.count("UNKNOWN")).toBeGreaterThan(5);
  });
});
