import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import DataLoader from "dataloader";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { RunningSubgraphs } from "../../gateway/embedded.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { belongsToVisiblePartnership, partnershipIsVisible } from "../../shared/projection/partnership.ts";
import { DEFAULT_POLICY } from "../../subgraphs/metrics/disclosure/policy.ts";
import type { Measure, Reported } from "../../subgraphs/metrics/disclosure/protect.ts";
import { protect } from "../../subgraphs/metrics/disclosure/protect.ts";
import { subjectIsVisible } from "../../subgraphs/metrics/subject/subject.list.ts";

/** What the flagship query needs of the graph, and no more. */
const TYPES = `
  type Query { institutions(first: Int!, filter: StateFilter!): Institutions! }
  input StateFilter { subdivision: Equal! }
  input Equal { eq: String! }
  input OneOf { in: [String!]! }
  input FigureFilter { indicatorCode: OneOf! groupCode: Equal! periodKind: EqualKind! }
  enum PeriodKind { YEAR TERM QUARTER MONTH }
  input EqualKind { eq: PeriodKind! }
  type Institutions { nodes: [Institution!]! }
  type Institution { id: ID! name: String! partnerships(first: Int!): Partnerships! }
  type Partnerships { nodes: [Partnership!]! }
  type Partnership { id: ID! name: String! parties: [PartnershipParty!]! programs(first: Int!): Programs! }
  type PartnershipParty { role: String! party: Party }
  union Party = Institution | PartnerOrganization
  type PartnerOrganization { id: ID! name: String! orgType: String! }
  type Programs { nodes: [Program!]! }
  type Program { id: ID! title: String! figures(first: Int!, filter: FigureFilter!): Figures! }
  type Figures { nodes: [Figure!]! }
  type Figure { indicator: Indicator! period: Period! cell: Cell! }
  type Indicator { code: String! }
  type Period { label: String! }
  type Cell { state: String! value: Float n: Int }
`;

type Row = Record<string, any>;

interface Context {
  readonly viewer: Viewer;
  readonly loaders: Map<string, DataLoader<string, any>>;
}

/** A server started for the benchmark. */
export interface Peer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * What somebody would write who needs one query fast: a single Apollo Server over the four databases, a statement
 * for each level with just the columns, the same visibility and the same protection, and no federation.
 */
export async function startPeer(
  { institutions, partners, programs, metrics }: RunningSubgraphs,
  viewer: Viewer,
): Promise<Peer> {
  const batch = (
    ctx: Context,
    name: string,
    load: (keys: readonly string[]) => Promise<Map<string, any>>,
  ) => {
    let loader = ctx.loaders.get(name);
    if (!loader) {
      loader = new DataLoader(async (keys) => {
        const found = await load(keys);
        return keys.map((key) => found.get(key) ?? null);
      });
      ctx.loaders.set(name, loader);
    }
    return loader;
  };
  const lists = async (rows: Promise<Row[]>) => {
    const groups = new Map<string, Row[]>();
    for (const row of await rows) {
      const group = groups.get(row["parent"]);
      if (group) group.push(row);
      else groups.set(row["parent"], [row]);
    }
    return groups;
  };
  const byId = async (rows: Promise<Row[]>) => new Map((await rows).map((row) => [row["id"] as string, row]));
  // Whoever writes this by hand sees to it that figures are found from their subjects, whatever the optimiser thinks.
  const inOrder = raw(metrics.db.dialect === "sqlite" ? "CROSS JOIN" : "STRAIGHT_JOIN");
  const page = (inner: Sql, first: number) => sql`SELECT * FROM (${inner}) pages WHERE place <= ${first}`;

  const resolvers = {
    Query: {
      institutions: async (_: unknown, { first, filter }: Row) => ({
        nodes: await institutions.db.read(
          sql`SELECT id, name FROM institution WHERE subdivision = ${filter.subdivision.eq} ORDER BY name_key, id LIMIT ${raw(String(Math.trunc(first as number)))}`,
        ),
      }),
    },
    Institution: {
      partnerships: async ({ id }: Row, { first }: Row, ctx: Context) => ({
        nodes:
          (await batch(ctx, "partnerships", (ids) =>
            lists(
              partners.db.read(
                page(
                  sql`SELECT pp.party_id AS parent, p.id, p.name, ROW_NUMBER() OVER (PARTITION BY pp.party_id ORDER BY p.name_key, p.id) AS place
                      FROM partnership p JOIN partnership_party pp ON pp.partnership_id = p.id
                      WHERE pp.party_id IN (${join([...ids])}) AND ${partnershipIsVisible(viewer, "p", "partnership_party")}`,
                  first,
                ),
              ),
            ),
          ).load(id)) ?? [],
      }),
    },
    Partnership: {
      parties: async ({ id }: Row, _: unknown, ctx: Context) =>
        (await batch(ctx, "parties", (ids) =>
          lists(
            partners.db.read(
              sql`SELECT partnership_id AS parent, party_id, party_kind, role FROM partnership_party WHERE partnership_id IN (${join([...ids])}) ORDER BY position, party_id`,
            ),
          ),
        ).load(id)) ?? [],
      programs: async ({ id }: Row, { first }: Row, ctx: Context) => ({
        nodes:
          (await batch(ctx, "programs", (ids) =>
            lists(
              programs.db.read(
                page(
                  sql`SELECT g.partnership_id AS parent, g.id, g.title, ROW_NUMBER() OVER (PARTITION BY g.partnership_id ORDER BY g.title_key, g.id) AS place
                      FROM program g WHERE g.partnership_id IN (${join([...ids])}) AND ${belongsToVisiblePartnership(viewer, "g.partnership_id")}`,
                  first,
                ),
              ),
            ),
          ).load(id)) ?? [],
      }),
    },
    PartnershipParty: {
      party: ({ party_id: id, party_kind: kind }: Row, _: unknown, ctx: Context) =>
        kind === "INSTITUTION"
          ? batch(ctx, "institution", (ids) =>
              byId(
                institutions.db.read(
                  sql`SELECT id, name, 'Institution' AS __typename FROM institution WHERE id IN (${join([...ids])})`,
                ),
              ),
            ).load(id)
          : batch(ctx, "organization", (ids) =>
              byId(
                partners.db.read(
                  sql`SELECT id, name, org_type AS orgType, 'PartnerOrganization' AS __typename FROM partner_organization WHERE id IN (${join([...ids])}) AND visibility = 'PUBLIC'`,
                ),
              ),
            ).load(id),
    },
    Program: {
      figures: async ({ id }: Row, { first, filter }: Row, ctx: Context) => ({
        nodes:
          (await batch(ctx, "figures", (ids) =>
            lists(
              metrics.db.read(
                page(
                  sql`SELECT s.subject_id AS parent, i.code, i.type, i.unit, t.label, o.n, o.x, o.value,
                        ROW_NUMBER() OVER (PARTITION BY s.subject_id ORDER BY o.indicator_no, o.period_no, o.group_no) AS place
                      FROM subject s ${inOrder} observation o ON o.subject_no = s.no
                        ${inOrder} indicator i ON i.no = o.indicator_no ${inOrder} period t ON t.no = o.period_no
                      WHERE s.subject_id IN (${join([...ids])}) AND ${subjectIsVisible(viewer, "s")} = 1
                        AND o.indicator_no IN (SELECT no FROM indicator WHERE code IN (${join(filter.indicatorCode.in)}))
                        AND o.group_no = (SELECT no FROM student_group WHERE code = ${filter.groupCode.eq})
                        AND o.period_no IN (SELECT no FROM period WHERE kind = ${filter.periodKind.eq})
                        AND NOT EXISTS (SELECT 1 FROM observation newer WHERE newer.subject_no = o.subject_no AND newer.indicator_no = o.indicator_no
                          AND newer.period_no = o.period_no AND newer.group_no = o.group_no AND newer.revision > o.revision)`,
                  first,
                ),
              ),
            ),
          ).load(id)) ?? [],
      }),
    },
    Figure: {
      indicator: (row: Row) => row,
      period: (row: Row) => row,
      cell: (row: Row) => protect(row as unknown as Reported, row as unknown as Measure, DEFAULT_POLICY),
    },
  };

  const apollo = new ApolloServer<Context>({
    typeDefs: TYPES,
    resolvers,
    plugins: [ApolloServerPluginCacheControlDisabled()],
  });
  await apollo.start();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = new HeaderMap();
      headers.set("content-type", "application/json");
      void apollo
        .executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: "POST",
            headers,
            search: "",
            body: JSON.parse(Buffer.concat(chunks).toString()),
          },
          context: async () => ({ viewer, loaders: new Map() }),
        })
        .then((answer) => {
          response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
          response.end(answer.body.kind === "complete" ? answer.body.string : "");
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await apollo.stop();
    },
  };
}
