import "reflect-metadata";
import { deepStrictEqual } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildSchema } from "graphql";
import { isEmpty, loadDemo } from "../../gateway/cli/load-demo.ts";
import { DEMO_HEADER } from "../../gateway/demo-viewers.ts";
import type { Platform } from "../../gateway/one-process.ts";
import { startPlatform } from "../../gateway/one-process.ts";
import { DATABASES, SUBGRAPHS } from "../../shared/config.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { LARGE_BUDGETS } from "./budgets.ts";
import { importBeside } from "./import-beside.ts";
import type { Subject } from "./measure.ts";
import { ask, compared, COMPARED, inThisProcess, measure, median } from "./measure.ts";
import { startPeer } from "./peer.ts";
import { compareViewers } from "./viewers.ts";
import { askWorst, worstLists } from "./worst-lists.ts";

const { values: options } = parseArgs({
  options: {
    scales: { type: "string", default: "1,10" },
    database: { type: "string" },
    seconds: { type: "string", default: "2" },
    /** Records to import beside a running server; 0: none. */
    records: { type: "string", default: "110000" },
  },
});
const root = process.cwd();
const print = (line = "") => process.stdout.write(`${line}\n`);

/** Pages of fixed size: none of them should take longer as the network grows. */
const PAGES: readonly (readonly [name: string, query: string])[] = [
  [
    "institutions of a state",
    `{ institutions(first: 25, filter: { subdivision: { eq: "OH" } }) { nodes { name city } } }`,
  ],
  ["partnerships", `{ partnerships(first: 25) { nodes { name stage } } }`],
  [
    "programs of partnerships",
    `{ partnerships(first: 25) { nodes { programs(first: 5) { nodes { title } } } } }`,
  ],
  [
    "figures of an indicator",
    `{ indicators(first: 1, filter: { code: { eq: "COMPLETION_RATE" } }) { nodes { figures(first: 25) { nodes { cell { value } } } } } }`,
  ],
];

const operation = (query: string, variables = {}) => JSON.stringify({ query, variables });
const flagship = operation(readFileSync(join(root, "schema/operations/flagship.graphql"), "utf8"), {
  state: "OH",
  first: 25,
});

interface Answered {
  readonly data?: unknown;
}

/** Settings that say nothing. */
const NOTHING = {
  redisUrl: null,
  maxDelay: 0,
  trustedDocuments: null,
  isTrustedOnly: false,
  corsOrigins: [],
  trustedProxies: [],
};

function start(scale: number): Promise<Platform> {
  const databases = Object.fromEntries(
    DATABASES.map((name) => [
      name,
      options.database
        ? { url: new URL(`bench_${scale}_${name}`, options.database) }
        : { file: join(tmpdir(), `consortia-bench-${scale}`, `${name}.sqlite`) },
    ]),
  ) as never;
  const settings = { isDemo: true, isProduction: false, issuers: [], logLevel: "error" } as const;
  return startPlatform(
    { host: "127.0.0.1", port: 0, databases, budgets: LARGE_BUDGETS, ...NOTHING, ...settings },
    join(root, "schema/supergraph.graphql"),
  );
}

async function statementsOf(platform: Platform, subject: Subject): Promise<number> {
  let count = 0;
  const stops = SUBGRAPHS.map((name) =>
    platform.subgraphs[name].db.onStatement((statement) => {
      if (!/\b(feed_position|feed_head|outbox)\b/.test(statement)) count++;
    }),
  );
  await ask(subject);
  for (const stop of stops) stop();
  return count;
}

async function bench(scale: number, growth: Map<string, number[]>): Promise<void> {
  const platform = await start(scale);
  if (await isEmpty(platform.subgraphs)) {
    const started = Date.now();
    await loadDemo(platform.subgraphs, scale);
    print(
      `(loaded the demo network at scale ${scale} in ${Math.round((Date.now() - started) / 1000)} s; it stays for the next run)`,
    );
  }
  await platform.becomeReady();
  for (const { header, viewer } of DEMO_VIEWERS.filter((each) =>
    ["visitor", "member"].includes(each.header),
  )) {
    const peer = await startPeer(platform.subgraphs, viewer);
    const ours: Subject = {
      name: "Consortia",
      url: `${platform.url}/graphql`,
      headers: { [DEMO_HEADER]: header },
      body: flagship,
      processorTime: inThisProcess,
    };
    const theirs: Subject = {
      name: "hand-written server",
      url: peer.url,
      body: flagship,
      processorTime: inThisProcess,
    };
    const answers = [await ask(ours), await ask(theirs)];
    // What it has cost is the platform's alone to say.
    deepStrictEqual((answers[0] as Answered).data, (answers[1] as Answered).data);
    const statements = [await statementsOf(platform, ours), await statementsOf(platform, theirs)];
    const [own, other] = await measure([ours, theirs], { seconds: Number(options.seconds) });
    print(
      `\nFlagship query at scale ${scale}, as ${header} (${Math.round(JSON.stringify(answers[0]).length / 1024)} KB, equal answers)`,
    );
    print(row("", ...COMPARED, "statements"));
    for (const [index, each] of [own!, other!].entries()) {
      print(row(each.name, ...compared(each, other!), String(statements[index])));
    }
    await peer.close();
  }
  for (const { title, measured } of await compareViewers(platform.url)) {
    print(`\n${title} at scale ${scale}, the same rows to all`);
    print(row("", ...COMPARED));
    for (const each of measured) print(row(each.name, ...compared(each, measured[0]!)));
  }
  for (const [name, query] of PAGES) {
    const subject: Subject = {
      name,
      url: `${platform.url}/graphql`,
      headers: { [DEMO_HEADER]: "member" },
      body: operation(query),
      processorTime: inThisProcess,
    };
    const [measured] = await measure([subject], { seconds: 0, requests: 60 });
    growth.set(name, [...(growth.get(name) ?? []), measured!.latency]);
  }
  await besideWorst(platform);
  await platform.close();
}

/** Others while each list is looked through as often as one request may: the worst that somebody can ask. */
async function besideWorst(platform: Platform): Promise<void> {
  const schema = buildSchema(readFileSync(join(root, "schema/api.graphql"), "utf8"));
  const url = `${platform.url}/graphql`;
  print("\n{ __typename } beside the worst request on each list, as admin");
  print(row("", "aliases", "heavy ms", "median ms", "most ms"));
  for (const list of worstLists(schema)) {
    const others: number[] = [];
    let heavy = 0;
    const { aliases } = await askWorst(list, async ({ query, variables }) => {
      others.length = 0;
      const began = performance.now();
      let isUnderWay = true;
      const asked = ask({ url, headers: { [DEMO_HEADER]: "admin" }, body: operation(query, variables) });
      const ended = asked.finally(() => void (isUnderWay = false));
      while (isUnderWay) {
        const sent = performance.now();
        await ask({ url, body: operation("{ __typename }") });
        others.push(performance.now() - sent);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      heavy = performance.now() - began;
      return (await ended) as { errors?: { extensions?: Record<string, unknown> }[] };
    });
    print(
      row(
        list.name,
        String(aliases),
        heavy.toFixed(0),
        median(others).toFixed(1),
        Math.max(...others).toFixed(0),
      ),
    );
  }
}

async function besideImport(records: number): Promise<void> {
  const { seconds, megabytes, reads, mutations } = await importBeside(records);
  const of = (times: readonly number[]) => {
    const sorted = [...times].sort((a, b) => a - b);
    return [0.5, 0.99, 1].map((part) => sorted[Math.ceil(sorted.length * part) - 1]!.toFixed(0));
  };
  print(
    `\nAn import of ${records} records beside a server of its own process: ${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB`,
  );
  print(row("", "median ms", "99 % ms", "most ms"));
  print(row("reads", ...of(reads)));
  print(row("mutations", ...of(mutations)));
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(12))).join("");
}

async function describeMachine(): Promise<void> {
  const version = (name: string) => {
    const file = join(root, "node_modules", name, "package.json");
    return `${name} ${existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : "?"}`;
  };
  print(
    `${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
  );
  print(
    ["graphql", "@apollo/server", "@graphql-hive/router-query-planner", "libsql", "mysql2", "type-graphql"]
      .map(version)
      .join(", "),
  );
  print(
    options.database ? `database: the server at ${new URL(options.database).host}` : "database: embedded",
  );
  print(
    "Client, platform and peer share one process; rounds alternate; ratios are to the hand-written server.",
  );
}

async function main(): Promise<void> {
  await describeMachine();
  const scales = options.scales.split(",").map(Number);
  const growth = new Map<string, number[]>();
  for (const scale of scales) await bench(scale, growth);
  if (Number(options.records) > 0 && !options.database) await besideImport(Number(options.records));
  print(`\nPages of fixed size, as member: median ms by scale (ratio to the first)`);
  print(row("", ...scales.map((scale) => `scale ${scale}`)));
  for (const [name, times] of growth) {
    print(row(name, ...times.map((time) => `${time.toFixed(1)} (${(time / times[0]!).toFixed(1)})`)));
  }
}

void main();
