import { execute, parse } from "graphql";
import sql from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import { Loaders } from "../../shared/data/loaders.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
const scale = Number(process.env["SCALE"] ?? 1);
jest.setTimeout(1e7);
it("reads", async () => {
  const out: string[] = [];
  const log = (x: string) => {
    out.push(x);
  };
  const s = await startSubgraph(
    metrics,
    process.env["MY"]
      ? { url: new URL(`mysql://root@127.0.0.1:3399/pm_bench_metrics_${scale}`) }
      : { file: `/tmp/pm/metrics-${scale}.sqlite` },
  );
  const world = demoWorld({ scale });
  const [{ c }] = (await s.db.read<{ c: number }>(sql`SELECT COUNT(*) c FROM partnership_projection`)) as [
    { c: number },
  ];
  if (Number(c) === 0) {
    let seq = 0;
    const evs = [...world.partnerships()].map((p) => ({
      sequence: ++seq,
      kind: "partnership",
      recordId: p.id,
      payload: { ...p, parties: p.parties.map((x) => ({ id: x.id, role: x.role })) } as any,
    }));
    const t = Date.now();
    await catchUp(
      s.db,
      metrics.subscriptions!.find((x) => x.source === "partners")!,
      async (after, limit) => evs.slice(after, after + limit),
    );
    log(`feed ${evs.length} ${Date.now() - t} ms`);
  }
  const member = {
    id: "m",
    kind: "PERSON" as const,
    organisationIds: [[...world.institutions()][0]!.id],
    consortia: [{ id: world.consortia[0]!.id, roles: ["MEMBER" as const] }],
  };
  const nobodyConsortium = {
    id: "m",
    kind: "PERSON" as const,
    organisationIds: [],
    consortia: [{ id: "cons_x", roles: ["MEMBER" as const] }],
  };
  const ins = [...world.institutions()].slice(0, 20).map((x) => x.id);
  const prs = [...world.programs()].slice(0, 50);
  const T = { INTERNSHIP: "Internship", MENTORING: "MentoringProgram", CODING_COURSE: "CodingCourse" };
  const cell =
    "nodes { cell { state value n } period { label } group { code } indicator { code } subjectKind program { id } }";
  const cases: [string, string, Record<string, unknown>][] = [
    [
      "indicator page",
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 20) { ${cell} pageInfo { endCursor } } } }`,
      {},
    ],
    ["indicator 20 pages", `{ indicators(first: 20) { nodes { figures(first: 20) { ${cell} } } } }`, {}],
    ["indicator last", `{ indicator(code: "COMPLETION_RATE") { figures(last: 20) { ${cell} } } }`, {}],
    [
      "indicator filter group",
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 20, filter: { groupCode: { eq: "GENDER:FEMALE" } }) { ${cell} } } }`,
      {},
    ],
    [
      "indicator filter late period",
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 20, filter: { periodLabel: { eq: "Spring 2026" } }) { ${cell} } } }`,
      {},
    ],
    [
      "indicator filter kind PROGRAM",
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 20, filter: { subjectKind: { eq: PROGRAM } }) { ${cell} } } }`,
      {},
    ],
    [
      "indicator filter none",
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 20, filter: { periodLabel: { eq: "nope" } }) { ${cell} } } }`,
      {},
    ],
    ["indicator total", `{ indicator(code: "COMPLETION_RATE") { figures(first: 1) { totalCount } } }`, {}],
    [
      "institution 20 figures",
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { figures(first: 20) { ${cell} } } } }`,
      { r: ins.map((id) => ({ __typename: "Institution", id })) },
    ],
    [
      "institution filter",
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { figures(first: 20, filter: { indicatorCode: { eq: "RETENTION_RATE" }, groupCode: { eq: "ALL" } }) { ${cell} } } } }`,
      { r: ins.map((id) => ({ __typename: "Institution", id })) },
    ],
    [
      "programs 50 figures",
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Internship { figures(first: 20) { ...a } } ... on MentoringProgram { figures(first: 20) { ...a } } ... on CodingCourse { figures(first: 20) { ...a } } } } fragment a on FigureConnection { ${cell} }`,
      { r: prs.map(({ id, kind }) => ({ __typename: T[kind], id })) },
    ],
  ];
  for (const [name, q, v] of cases) {
    for (const [who, viewer] of Object.entries({ visitor: VISITOR, member, nobodyConsortium })) {
      const captured: Sql[] = [];
      const db = Object.create(s.db, {
        read: {
          value: (x: Sql) => {
            captured.push(x);
            return s.db.read(x);
          },
        },
      });
      const document = parse(q);
      const run = () =>
        execute({
          schema: s.schema,
          document,
          variableValues: v,
          contextValue: { db, viewer, loaders: new Loaders() },
        });
      const first: any = await run();
      if (first.errors) log(String(first.errors[0].stack));
      const n = captured.length;
      const ts: number[] = [];
      for (let i = 0; i < 5; i++) {
        const t = performance.now();
        await run();
        ts.push(performance.now() - t);
      }
      ts.sort((a, b) => a - b);
      log(
        `${name} / ${who}: ${ts[2]!.toFixed(1)} ms, ${n} statements, ${JSON.stringify(first.data).length} bytes`,
      );
      if (who === "member" && process.env["PLAN"])
        for (const x of captured.slice(0, n)) {
          log("   " + x.sql.slice(0, 160).replace(/\s+/g, " "));
          const plan = await s.db.read<any>(
            s.db.dialect === "sqlite" ? sql`EXPLAIN QUERY PLAN ${x}` : sql`EXPLAIN ${x}`,
          );
          for (const p of plan.slice(0, 12))
            log(
              "      " +
                (p.detail ??
                  [p.id, p.select_type, p.table, p.type, p.key, p.key_len, p.ref, p.rows, p.Extra].join(
                    " | ",
                  )),
            );
        }
    }
  }
  await s.close();
  console.log(out.join("\n"));
});
