import { rmSync } from "node:fs";
import { demoWorld } from "../../shared/demo/world.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import sql from "sql-template-tag";
const scale = Number(process.env["SCALE"] ?? 1);
jest.setTimeout(1e7);
it("loads", async () => {
  const url = (n: string) =>
    process.env["MY"]
      ? { url: new URL(`mysql://root@127.0.0.1:3399/pm_bench_${n}_${scale}`) }
      : { file: `/tmp/pm/${n}-${scale}.sqlite` };
  const world = demoWorld({ scale });
  const out: string[] = [];
  for (const d of [programs, metrics]) {
    const s = await startSubgraph(d, url(d.name));
    for (const round of [1, 2]) {
      const t = Date.now();
      await d.loadDemo!(s.db, world, () => {});
      out.push(`${d.name} load ${round}: ${Date.now() - t} ms`);
    }
    if (d === metrics) {
      out.push(
        JSON.stringify(await s.db.read(sql`SELECT COUNT(*) c FROM observation`)),
        JSON.stringify(
          await s.db.read(sql`SELECT indicator_no, COUNT(*) c FROM observation GROUP BY indicator_no`),
        ),
      );
    }
    await s.close();
  }
  const t = Date.now();
  let n = 0;
  for (const s of world.subjects()) for (const _ of s.observations()) n++;
  out.push(`generate ${n}: ${Date.now() - t} ms`);
  console.log(out.join("\n"));
});
