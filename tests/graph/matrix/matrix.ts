import { isDeepStrictEqual } from "node:util";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Asker, MatrixAnswer } from "./ask.ts";
import { Expectation } from "./expected.ts";
import type { Question } from "./questions.ts";
import { AT_ONCE, LOOKED_UP, Questions } from "./questions.ts";
import type { Shown } from "./sees.ts";
import { everyone } from "./viewers.ts";
import type { World } from "./world.ts";

/** What a viewer was told otherwise than the rules say. */
export interface Disagreement {
  readonly path: string;
  readonly viewer: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** A question with what somebody is told of it from whom nothing is kept. */
interface Asked {
  readonly question: Question;
  readonly whole: readonly MatrixAnswer[];
}

/** Every viewer asks every question that the schema has, and is held against what the rules say. */
export class Matrix {
  private constructor(
    private readonly asker: Asker,
    private readonly world: World,
    private readonly asked: readonly Asked[],
  ) {}

  static async of(asker: Asker, world: World): Promise<Matrix> {
    const asked: Asked[] = [];
    for (const question of new Questions(asker.schema).all()) {
      asked.push({ question, whole: await answers(asker, world, question, everyone(world)) });
    }
    return new Matrix(asker, world, asked);
  }

  /** The paths by which it asks. */
  get paths(): string[] {
    return this.asked.map(({ question }) => question.path);
  }

  /** The types of which some path shows a record or a part to whom nothing is kept from. */
  get shown(): Set<string> {
    return typesIn(this.asked.map(({ whole }) => whole));
  }

  /** The same matrix with only the paths that reach a type. */
  about(type: string): Matrix {
    const reaching = this.asked.filter(({ whole }) => typesIn(whole).has(type));
    return new Matrix(this.asker, this.world, reaching);
  }

  /** The paths by which records are not found that the databases hold, by whom nothing is kept from. */
  get missing(): string[] {
    const isMissing = ({ question: { kind }, whole }: Asked) =>
      kind === "LIST"
        ? whole.some(({ data }) => !this.isComplete(data as Shown))
        : whole.some(({ data }) => (data as unknown[]).includes(null));
    return this.asked.filter(isMissing).map(({ question }) => question.path);
  }

  private isComplete({ nodes, totalCount }: Shown): boolean {
    const types = new Set(nodes.map(({ __typename }: Shown) => __typename));
    const known = [...types].every((type) => this.world.hasIds(type as string));
    const all = [...types].flatMap((type) => (known ? this.world.idsOf(type as string) : []));
    return nodes.length > 0 && (!known || (totalCount === all.length && nodes.length === all.length));
  }

  /** Where a viewer is told something else than the rules say; of each question the first record only. */
  async *disagreements(name: string, viewer: Viewer): AsyncGenerator<Disagreement> {
    const expectation = new Expectation(viewer, this.world);
    for (const { question, whole } of this.asked) {
      const got = await answers(this.asker, this.world, question, viewer);
      const expected = whole.map((answer) => expectedOf(question, answer, expectation, viewer));
      const index = expected.findIndex((each, at) => !isDeepStrictEqual(each, got[at]));
      if (index >= 0) {
        yield { path: question.path, viewer: name, ...firstDifference(expected[index], got[index]) };
      }
    }
  }
}

/** The GraphQL types of all objects in a value. */
function typesIn(value: unknown, types = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) typesIn(each, types);
  else if (value !== null && typeof value === "object") {
    const { __typename: type } = value as Shown;
    if (type) types.add(type);
    typesIn(Object.values(value), types);
  }
  return types;
}

/** The first of all disagreements, or null where everybody is told what the rules say. */
export async function firstDisagreement(
  matrix: Matrix,
  viewers: Readonly<Record<string, Viewer>>,
): Promise<Disagreement | null> {
  for (const [name, viewer] of Object.entries(viewers)) {
    for await (const disagreement of matrix.disagreements(name, viewer)) return disagreement;
  }
  return null;
}

/** Lists that only somebody may ask for who is signed in. */
const SIGNED_IN: readonly string[] = ["auditLog", "apiKeys", "roleGrants"];

/** Whether there is a part of the audit log for somebody. */
function hasPartInAudit({ consortia, organisationIds }: Viewer): boolean {
  const roles = consortia.flatMap((each) => each.roles);
  const keepsData = roles.includes("STEWARD") && organisationIds.length > 0;
  return keepsData || roles.includes("CONSORTIUM_ADMIN") || roles.includes("OPERATOR");
}

function expectedOf(
  { root, kind }: Question,
  whole: MatrixAnswer,
  expectation: Expectation,
  viewer: Viewer,
): MatrixAnswer {
  if (SIGNED_IN.includes(root) && viewer.kind === "VISITOR") return { data: "UNAUTHENTICATED" };
  if (root === "auditLog" && !hasPartInAudit(viewer)) return { data: "FORBIDDEN" };
  if (whole.errors) throw new Error(`${root}: ${JSON.stringify(whole.errors)}`);
  if (kind === "LIST") return { data: expectation.one(whole.data) };
  return { data: (whole.data as unknown[]).map((each) => expectation.one(each)) };
}

/** All that a question is answered: for lists all pages as one, for records one answer for each type. */
async function answers(
  asker: Asker,
  world: World,
  question: Question,
  viewer: Viewer,
): Promise<MatrixAnswer[]> {
  if (question.kind === "LIST") return [await allPages(asker, question, viewer)];
  const all: MatrixAnswer[] = [];
  for (const type of question.types) {
    const ids = spread(world.idsOf(type), question.kind === "RECORDS" ? AT_ONCE : LOOKED_UP);
    all.push(
      question.kind === "RECORDS"
        ? await records(asker, question, ids, viewer)
        : await lookups(asker, question, world.values(type, question.by!, ids), viewer),
    );
  }
  return all;
}

/** As many as one question takes, from the first to the last. */
const spread = <T>(all: readonly T[], atMost: number): T[] =>
  all.filter(
    (_, index) =>
      Math.floor((index * atMost) / all.length) !== Math.floor(((index - 1) * atMost) / all.length),
  );

async function records(
  asker: Asker,
  { text }: Question,
  ids: string[],
  viewer: Viewer,
): Promise<MatrixAnswer> {
  const { data, errors } = await asker.ask(text, viewer, { ids });
  return { data: data?.nodes, ...(errors && { errors }) };
}

async function lookups(
  asker: Asker,
  { text }: Question,
  values: string[],
  viewer: Viewer,
): Promise<MatrixAnswer> {
  if (values.length === 0) return { data: [] };
  const fields = values.map((value, index) => `f${index}: ${text.replace("%", JSON.stringify(value))}`);
  const { data, errors } = await asker.ask(`{ ${fields.join(" ")} }`, viewer);
  return { data: data && Object.values(data), ...(errors && { errors }) };
}

async function allPages(asker: Asker, { root, text }: Question, viewer: Viewer): Promise<MatrixAnswer> {
  const edges: Shown[] = [];
  let page: Shown;
  let after: string | null = null;
  do {
    const { data, errors } = await asker.ask(text, viewer, { after });
    if (errors) return SIGNED_IN.includes(root) ? { data: errors[0].extensions.code } : { data, errors };
    page = data[root];
    edges.push(...page["edges"]);
    after = page["pageInfo"].endCursor;
  } while (page["pageInfo"].hasNextPage);
  const [startCursor, endCursor] = [edges[0]?.["cursor"] ?? null, edges.at(-1)?.["cursor"] ?? null];
  const pageInfo = { ...page["pageInfo"], hasPreviousPage: false, startCursor, endCursor };
  return { data: { ...page, nodes: edges.map(({ node }) => node), edges, pageInfo } };
}

/** The smallest part of two values in which they differ. */
function firstDifference(expected: unknown, got: unknown): { expected: unknown; got: unknown } {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    value !== null && typeof value === "object";
  if (isObject(expected) && isObject(got) && Array.isArray(expected) === Array.isArray(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      if (!isDeepStrictEqual(expected[key], got[key])) {
        return firstDifference(expected[key], got[key]);
      }
    }
  }
  return { expected, got };
}
