import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import sql from "sql-template-tag";
import type { Caller } from "../../gateway/identity/caller.ts";
import type { CredentialsRefused } from "../../gateway/identity/refused.ts";
import type { SignInOptions } from "../../gateway/identity/sign-in.ts";
import { createSignIn } from "../../gateway/identity/sign-in.ts";
import { createTokenVerifier } from "../../gateway/identity/tokens.ts";
import { derivedId } from "../../shared/ids.ts";
import type { Database } from "../../shared/data/database.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import { utcNow } from "../../shared/clock.ts";
import { listen } from "../../shared/graphql/listen.ts";
import type { TestIssuer, TestKey } from "../gateway/identity/issuer.ts";
import { makeKey, sign, startIssuer, usualClaims } from "../gateway/identity/issuer.ts";

/** A server that tells callers who they are, and an issuer whose tokens it accepts. */
export interface WhoServer {
  readonly issuer: TestIssuer;
  /** An access token for somebody. */
  token(subject: string, claims?: Record<string, unknown>): Promise<string>;
  /** Who one is to it with these headers. */
  who(headers?: Record<string, string>): Promise<Caller>;
  /** The reason and the code of a refusal. */
  refusal(headers: Record<string, string>): Promise<{ status: number; reason: string; code: string }>;
  forget(): void;
  close(): Promise<void>;
}

export async function startWho(db: Database, options: Partial<SignInOptions> = {}): Promise<WhoServer> {
  const key: TestKey = await makeKey();
  const issuer = await startIssuer(key);
  const tokens = createTokenVerifier({ issuers: [{ issuer: issuer.url, audience: "consortia" }] });
  const { signIn, forget } = createSignIn({ db, tokens, ...options });
  const server: FastifyInstance = fastify();
  server.get("/", async (request, reply) => {
    try {
      return await signIn(request);
    } catch (error) {
      const { status, reason, extensions } = error as CredentialsRefused;
      return reply.code(status ?? 500).send({ status, reason, code: extensions?.code });
    }
  });
  const url = await listen(server, { host: "localhost", port: 0 });
  const get = async (headers: Record<string, string>) => {
    const answer = await fetch(url, { headers });
    return { isOk: answer.ok, body: (await answer.json()) as any };
  };
  return {
    issuer,
    forget,
    token: (subject, claims = {}) =>
      sign(key, usualClaims(issuer, Math.floor(Date.now() / 1000), { sub: subject, ...claims })),
    async who(headers = {}) {
      const { isOk, body } = await get(headers);
      expect([isOk, body]).toEqual([true, body]);
      return body as Caller;
    },
    async refusal(headers) {
      const { isOk, body } = await get(headers);
      expect([isOk, body]).toEqual([false, body]);
      return body as { status: number; reason: string; code: string };
    },
    async close() {
      await server.close();
      await issuer.close();
    },
  };
}

export const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

/** An id such as every record has, told apart by a number. */
export const idOf = (prefix: string, number: number) =>
  `${prefix}_0198a000-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** What a test puts into the database about one person. */
interface PersonSketch {
  readonly id: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly organisations?: readonly string[];
  readonly roles?: readonly (readonly [consortium: string, role: string, organisation: string | null])[];
}

/** Puts people there with their organisations and roles. */
export async function putPeople(db: Database, people: readonly PersonSketch[]): Promise<void> {
  const now = utcNow();
  await db.write(async (tx) => {
    await insertRows(
      tx,
      "person",
      ["id", "issuer", "subject", "name", "created_at"],
      people.map(({ id, issuer = "test", subject = id }) => ({
        id,
        issuer,
        subject,
        name: `Name of ${id}`,
        created_at: now,
      })),
    );
    await insertRows(
      tx,
      "person_organisation",
      ["person_id", "organisation_id"],
      people.flatMap(({ id, organisations = [] }) =>
        organisations.map((each) => ({ person_id: id, organisation_id: each })),
      ),
    );
    await insertRows(
      tx,
      "role_grant",
      ["id", "person_id", "consortium_id", "organisation_id", "role", "granted_at"],
      people.flatMap(({ id, roles = [] }) =>
        roles.map(([consortium, role, organisation]) => ({
          id: `grant:${id}:${consortium.slice(-3)}:${role}`,
          person_id: id,
          consortium_id: consortium,
          organisation_id: organisation,
          role,
          granted_at: now,
        })),
      ),
    );
  });
}

/** Says which institutions are active members of a consortium, or are no more. */
export async function putMembers(
  db: Database,
  consortium: string,
  institutions: readonly string[],
  isActive = true,
): Promise<void> {
  await db.write(async (tx) => {
    for (const institution of institutions) {
      await tx.run(
        sql`DELETE FROM membership_projection WHERE consortium_id = ${consortium} AND institution_id = ${institution}`,
      );
    }
    await insertRows(
      tx,
      "membership_projection",
      ["membership_id", "consortium_id", "institution_id", "is_active"],
      institutions.map((each) => ({
        membership_id: derivedId("Membership", consortium, each),
        consortium_id: consortium,
        institution_id: each,
        is_active: isActive,
      })),
    );
  });
}
