import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_HEADER } from "../../gateway/demo-viewers.ts";

const LAUNCHER = "gateway/cli/consortia.js";

/** What others noticed of an import, in milliseconds, and what it took. */
export interface ImportBeside {
  readonly seconds: number;
  readonly megabytes: number;
  readonly reads: readonly number[];
  readonly mutations: readonly number[];
}

/** Imports so many invented records of ROR into an embedded database that a server of its own process serves. */
export async function importBeside(records: number): Promise<ImportBeside> {
  const folder = mkdtempSync(join(tmpdir(), "consortia-bench-import-"));
  const env = {
    ...process.env,
    DATA_DIR: join(folder, "data"),
    PORT: "0",
    LOG_LEVEL: "error",
    MAX_DELAY: "0",
  };
  const node = (...command: string[]) =>
    spawn(process.execPath, [LAUNCHER, ...command], { env, stdio: ["ignore", "pipe", "inherit"] });
  const file = join(folder, "ror.json");
  await writeRecords(file, records);
  const server = node("start");
  try {
    const url = `${await addressOf(server)}/graphql`;
    const ask = async (query: string) => {
      const began = performance.now();
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", [DEMO_HEADER]: "operator" },
        body: JSON.stringify({ query }),
      });
      const answer = (await response.json()) as { errors?: unknown };
      if (answer.errors) throw new Error(`While an import ran: ${JSON.stringify(answer)}`);
      return performance.now() - began;
    };
    const [reads, mutations]: [number[], number[]] = [[], []];
    const began = Date.now();
    let megabytes = 0;
    const importer = node("import", "ror", file);
    const ended = once(importer, "exit");
    const until = async (work: () => Promise<void>, every: number) => {
      while (importer.exitCode === null) {
        await work();
        await new Promise((resolve) => setTimeout(resolve, every));
      }
    };
    await Promise.all([
      until(
        async () =>
          void reads.push(await ask("{ institutions(first: 20) { nodes { name identifiers { value } } } }")),
        20,
      ),
      until(async () => {
        const name = `Consortium ${mutations.length} of a benchmark`;
        mutations.push(await ask(`mutation { createConsortium(input: { name: "${name}" }) { id } }`));
      }, 100),
      until(async () => void (megabytes = Math.max(megabytes, residentMegabytes(importer))), 50),
      ended,
    ]);
    if (importer.exitCode !== 0) throw new Error(`The import ended with ${importer.exitCode}.`);
    return { seconds: (Date.now() - began) / 1000, megabytes, reads, mutations };
  } finally {
    server.kill();
    await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

function residentMegabytes({ pid }: ChildProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    // It has ended, or this is no Linux.
    return 0;
  }
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    server.stdout!.on("data", (chunk) => {
      text += String(chunk);
      const address = /http:\/\/\S+(?=\/graphql)/.exec(text)?.[0];
      if (address) resolve(address);
    });
    server.once("exit", () => reject(new Error(`The server did not start: ${text}`)));
  });
}

/** Records as ROR's file has them, each with a name, a place, identifiers and a relation. */
export async function writeRecords(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  const id = (no: number) =>
    `https://ror.org/0${(no + 10_000_000).toString(32).padStart(6, "0").slice(-6)}${String((no % 90) + 10)}`;
  for (let no = 0; no < count; no++) {
    const record = {
      id: id(no),
      status: no % 50 === 0 ? "inactive" : "active",
      types: [no % 4 === 0 ? "education" : "facility"],
      established: 1800 + (no % 220),
      domains: [`place-${no}.example.org`],
      names: [
        { value: `University ${no} of Place ${no % 977}`, types: ["ror_display", "label"], lang: "en" },
        { value: `Université ${no}`, types: ["label"], lang: "fr" },
        { value: `U${no}`, types: ["acronym"], lang: null },
      ],
      links: [{ type: "website", value: `https://place-${no}.example.org` }],
      locations: [
        {
          geonames_id: 1_000_000 + (no % 977),
          geonames_details: {
            country_code: "US",
            country_name: "United States",
            country_subdivision_code: "OH",
            country_subdivision_name: "Ohio",
            continent_code: "NA",
            continent_name: "North America",
            lat: 40 + (no % 100) / 100,
            lng: -82,
            name: `Place ${no % 977}`,
          },
        },
      ],
      external_ids: [
        { type: "grid", all: [`grid.${no}.1`], preferred: `grid.${no}.1` },
        { type: "isni", all: [`0000 0001 ${String(no).padStart(8, "0")}`], preferred: null },
      ],
      relationships: no > 0 && no % 3 === 0 ? [{ id: id(no - 1), label: "A parent", type: "parent" }] : [],
      admin: {
        created: { date: "2019-02-17", schema_version: "1.0" },
        last_modified: { date: "2025-11-24", schema_version: "2.1" },
      },
    };
    const line = `${no === 0 ? "[" : ",\n"}${JSON.stringify(record)}`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end("]\n");
  await once(out, "finish");
}
