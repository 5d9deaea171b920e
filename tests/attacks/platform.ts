import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

/** What a client gets. */
export interface Got {
  readonly status: number;
  readonly text: string;
  readonly body: any;
}

/** The running platform, and what attackers do with it. */
export interface Attacked {
  readonly platform: TestPlatform;
  /** Sends anything at all. */
  send(init: RequestInit & { path?: string }): Promise<Got>;
  /** Posts what a client posts. */
  post(body: unknown, headers?: Record<string, string>): Promise<Got>;
  /**
   * Attacks while somebody else asks for something harmless, again and again: the attack must ask no database anything,
   * and leave the other's answers whole. Gives what the attack got.
   */
  repelled<T>(attack: () => Promise<T>): Promise<T>;
  /** The same of a request that must be refused with this code. */
  refused(code: string, attack: () => Promise<Got>): Promise<Got>;
}

const HARMLESS = `{ consortia(first: 1) { nodes { name } } }`;

/** Lists of a hundred inside each other. */
export const DEEP = `{ consortia(first: 100) { nodes { members(first: 100) { nodes { institution { partnerships(first: 100) { nodes { programs(first: 100) { nodes { title } } } } } } } } } }`;

/** What no stranger may read in an answer, whatever they send. */
export const SECRETS = /\bat [\w.<>]+ \(|node_modules|\.ts:\d|SQLITE|SELECT |\bER_[A-Z]+|libsql|mysql|ECONN/;

export async function startAttacked(): Promise<Attacked> {
  const platform = await startTestPlatform();
  const send: Attacked["send"] = async ({ path = "/graphql", ...init }) => {
    const answer = await fetch(`${platform.url}${path}`, init);
    const text = await answer.text();
    expect(text).not.toMatch(SECRETS);
    let body: unknown = null;
    try {
      body = JSON.parse(text);
    } catch {
      // Some refusals are HTTP's own, and have no body.
    }
    return { status: answer.status, text, body };
  };
  const post: Attacked["post"] = (body, headers = {}) =>
    send({
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const asked = await post({ query: HARMLESS });
  const repelled: Attacked["repelled"] = async (attack) => {
    let isOver = false;
    const others: Got[] = [];
    const askOn = async () => {
      do others.push(await post({ query: HARMLESS }, { "x-demo-viewer": "member" }));
      while (!isOver);
    };
    let got: Awaited<ReturnType<typeof attack>>;
    const statements = await platform.statementsOf(async () => {
      const harmless = askOn();
      try {
        got = await attack();
      } finally {
        isOver = true;
        await harmless;
      }
    });
    for (const { body } of others) expect(body.data).toEqual(asked.body.data);
    // One statement for each harmless answer, and none for the attack.
    expect(Object.values(statements).flat()).toHaveLength(others.length);
    return got!;
  };
  return {
    platform,
    send,
    post,
    repelled,
    async refused(code, attack) {
      const got = await repelled(attack);
      expect(got.body?.errors?.[0]?.extensions?.code).toBe(code);
      expect(got.body).not.toHaveProperty("data");
      return got;
    },
  };
}
