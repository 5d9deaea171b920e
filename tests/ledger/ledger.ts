import type { Sql } from "sql-template-tag";
import sql from "sql-template-tag";
import { hashOfSecret } from "../../gateway/platform/key/secret.ts";
import type { Database } from "../../shared/data/database.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { newId } from "../../shared/ids.ts";
import { utcNow } from "../../shared/clock.ts";
import { insertRows } from "../../shared/data/bulk.ts";

/** What a client may conclude from an answer: it was made, it was not made, or nobody knows. */
type Outcome = "MADE" | "REFUSED" | "UNKNOWN";

/** The part of an answer that tells. */
export interface MutationAnswer {
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** A change that some client wants, different from every other one. */
export interface Change {
  readonly kind: "consortium" | "invitation" | "tier" | "key" | "role";
  /** What the change is found by in the database. */
  readonly mark: string;
  readonly query: string;
  readonly input: Record<string, unknown>;
  /** Which of the demo network's people makes it. */
  readonly viewer: "operator" | "admin" | "steward";
}

const demo = (header: string) => DEMO_VIEWERS.find((each) => each.header === header)!.viewer;
const CONSORTIUM = demo("admin").consortia[0]!.id;
const STEWARDED = demo("steward").organisationIds[0]!;
const TIERS = ["PROFILE", "PARTNERSHIPS", "FIGURES"];

const mutation = (name: string, type: string, fields: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;

/** Who else there has to be: institutions to invite and people to give roles to. */
export interface Supplies {
  readonly institutions: string[];
  readonly people: string[];
}

/** Puts what changes need beside the demo network. */
export async function supply(institutions: Database, platform: Database, count: number): Promise<Supplies> {
  const now = utcNow();
  const supplies: Supplies = { institutions: [], people: [] };
  for (let index = 0; index < count; index++) {
    supplies.institutions.push(newId("Institution"));
    supplies.people.push(`somebody_${index}`);
  }
  await institutions.write((tx) =>
    insertRows(
      tx,
      "institution",
      ["id", "name", "name_key", "type", "status", "is_invented", "created_at", "updated_at"],
      supplies.institutions.map((id) => ({
        id,
        name: id,
        name_key: id,
        type: "COLLEGE",
        status: "ACTIVE",
        is_invented: true,
        created_at: now,
        updated_at: now,
      })),
    ),
  );
  await platform.write((tx) =>
    insertRows(
      tx,
      "person",
      ["id", "issuer", "subject", "created_at"],
      supplies.people.map((id) => ({ id, issuer: "ledger", subject: id, created_at: now })),
    ),
  );
  return supplies;
}

let changes = 0;

/** The next change of each kind. */
export function nextChanges({ institutions, people }: Supplies): Change[] {
  const number = ++changes;
  const invited = institutions[number % institutions.length]!;
  const person = people[number % people.length]!;
  return [
    {
      kind: "consortium",
      mark: `Consortium ${number}`,
      query: mutation("createConsortium", "CreateConsortiumInput", "id"),
      input: { name: `Consortium ${number}` },
      viewer: "operator",
    },
    {
      kind: "invitation",
      mark: invited,
      query: mutation("inviteInstitution", "InviteInstitutionInput", "status"),
      input: { consortiumId: CONSORTIUM, institutionId: invited, role: "MEMBER" },
      viewer: "admin",
    },
    {
      kind: "tier",
      mark: TIERS[number % TIERS.length]!,
      query: mutation("changeMembership", "ChangeMembershipInput", "dataSharingTier"),
      input: {
        consortiumId: CONSORTIUM,
        institutionId: STEWARDED,
        dataSharingTier: TIERS[number % TIERS.length],
      },
      viewer: "steward",
    },
    {
      kind: "key",
      mark: `Key ${number}`,
      query: mutation("createApiKey", "CreateApiKeyInput", "secret"),
      input: {
        name: `Key ${number}`,
        roles: [{ consortiumId: CONSORTIUM, role: "STEWARD" }],
        scopes: ["READ"],
        expiresInDays: 1,
        isService: false,
        organisationId: STEWARDED,
      },
      viewer: "steward",
    },
    {
      kind: "role",
      mark: person,
      query: mutation("assignRole", "AssignRoleInput", "id"),
      input: { personId: person, consortiumId: CONSORTIUM, role: "OPERATOR" },
      viewer: "operator",
    },
  ];
}

/** What was asked for and what was answered, in order, and whether the databases agree with it. */
export class Ledger {
  readonly entries: { change: Change; outcome: Outcome; secret: string | null }[] = [];

  /** `canOthersFail`: whether anything but the database may fail, too, which tells nothing of the change. */
  constructor(private readonly canOthersFail = false) {}

  /** Puts an answer down; one that came to nothing, because its connection broke, is null. */
  note(change: Change, answer: MutationAnswer | null): Outcome {
    const outcome = answer ? outcomeOf(answer, this.canOthersFail) : "UNKNOWN";
    const [made] = Object.values(answer?.data ?? {}) as ({ secret?: string } | null)[];
    this.entries.push({ change, outcome, secret: made?.secret ?? null });
    return outcome;
  }

  count(outcome: Outcome): number {
    return this.entries.filter((each) => each.outcome === outcome).length;
  }

  /** Compares all that was answered with the databases; what disagrees fails. */
  async compare(institutions: Database, platform: Database): Promise<void> {
    const wrong: string[] = [];
    const count = async (db: Database, statement: Sql) => {
      const [row] = await db.read<{ count: number }>(statement);
      return Number(row!.count);
    };
    const byMark = new Map<string, Outcome[]>();
    for (const { change, outcome } of this.entries) {
      if (change.kind === "tier") continue;
      const mark = `${change.kind} ${change.mark}`;
      byMark.set(mark, [...(byMark.get(mark) ?? []), outcome]);
    }
    for (const [mark, outcomes] of byMark) {
      const [kind, name] = [mark.slice(0, mark.indexOf(" ")), mark.slice(mark.indexOf(" ") + 1)];
      const found = {
        consortium: () =>
          count(institutions, sql`SELECT COUNT(*) AS count FROM consortium WHERE name = ${name}`),
        invitation: () =>
          count(institutions, sql`SELECT COUNT(*) AS count FROM membership WHERE institution_id = ${name}`),
        key: () => count(platform, sql`SELECT COUNT(*) AS count FROM api_key WHERE name = ${name}`),
        role: () => count(platform, sql`SELECT COUNT(*) AS count FROM role_grant WHERE person_id = ${name}`),
      }[kind as Exclude<Change["kind"], "tier">];
      const times = await found();
      const least = outcomes.includes("MADE") ? 1 : 0;
      const most = outcomes.every((outcome) => outcome === "REFUSED") ? 0 : 1;
      if (times < least || times > most)
        wrong.push(`${mark} was answered ${outcomes.join()} and is there ${times} times`);
    }
    expect(wrong).toEqual([]);
    const secrets = this.entries.flatMap(({ secret }) => secret ?? []);
    const hashes = await platform.read<{ hash: string }>(sql`SELECT hash FROM api_key_secret`);
    expect(hashes.map(({ hash }) => hash)).toEqual(expect.arrayContaining(secrets.map(hashOfSecret)));
    await this.compareTiers(institutions);
    await agree(institutions, platform);
  }

  /** Each tier that was acknowledged was published once, in order, and the last is the membership's. */
  private async compareTiers(institutions: Database): Promise<void> {
    const events = await institutions.read<{ payload: string }>(
      sql`SELECT payload FROM outbox WHERE record_id = (SELECT id FROM membership WHERE consortium_id = ${CONSORTIUM} AND institution_id = ${STEWARDED}) ORDER BY id`,
    );
    const published = events
      .map(({ payload }) => JSON.parse(payload))
      .filter(({ change }) => change !== null)
      .map(({ dataSharingTier }) => dataSharingTier as string);
    let place = 0;
    for (const { change, outcome } of this.entries) {
      if (change.kind !== "tier" || outcome === "REFUSED") continue;
      if (published[place] === change.mark) place++;
      // Asked for what is so already, it changes nothing.
      else if (outcome === "MADE") expect(published[place - 1]).toBe(change.mark);
    }
    expect(place).toBe(published.length);
    const [row] = await institutions.read<{ tier: string }>(
      sql`SELECT data_sharing_tier AS tier FROM membership WHERE consortium_id = ${CONSORTIUM} AND institution_id = ${STEWARDED}`,
    );
    expect(row!.tier).toBe(published.at(-1));
  }
}

/** Records, events and audit entries tell the same. */
async function agree(institutions: Database, platform: Database): Promise<void> {
  const ids = async (db: Database, statement: Sql) =>
    (await db.read<{ id: string }>(statement)).map(({ id }) => id).sort();
  const events = sql`SELECT record_id AS id FROM outbox WHERE kind = 'consortium' AND payload LIKE '%CONSORTIUM_CREATED%'`;
  const consortia = await ids(institutions, sql`SELECT id FROM consortium WHERE name LIKE 'Consortium %'`);
  expect(await ids(institutions, events)).toEqual(consortia);
  const audited = (action: string) =>
    ids(platform, sql`SELECT subject AS id FROM audit_entry WHERE action = ${action}`);
  expect(await audited("CONSORTIUM_CREATED")).toEqual(consortia);
  const creators = sql`SELECT consortium_id AS id FROM role_grant WHERE consortium_id <> ${CONSORTIUM} AND role = 'CONSORTIUM_ADMIN' AND granted_by_id IS NOT NULL`;
  expect(await ids(platform, creators)).toEqual(consortia);
  const invited = sql`SELECT record_id AS id FROM outbox WHERE kind = 'membership' AND payload LIKE '%MEMBERSHIP_INVITED%'`;
  const published = await ids(institutions, invited);
  expect(published).toEqual([...new Set(published)]);
  const known = new Set(await ids(institutions, sql`SELECT id FROM membership WHERE status = 'INVITED'`));
  expect(published.filter((id) => !known.has(id))).toEqual([]);
  expect(await audited("MEMBERSHIP_INVITED")).toEqual(published);
  expect(await audited("KEY_CREATED")).toEqual(await ids(platform, sql`SELECT id FROM api_key`));
  const granted = sql`SELECT person_id AS id FROM role_grant WHERE person_id LIKE 'somebody_%'`;
  expect(await audited("ROLE_GRANTED")).toEqual(await ids(platform, granted));
}

function outcomeOf({ data, errors }: MutationAnswer, canOthersFail: boolean): Outcome {
  if (!errors || errors.length === 0) return "MADE";
  expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
  const { code, retryable } = errors[0]!.extensions ?? {};
  if (canOthersFail && code !== "UNAVAILABLE") return "UNKNOWN";
  // Every failure is the database's: any other code would be a lie.
  expect(errors.map((error) => [error.message, error.extensions?.["code"]])).toEqual([
    [errors[0]!.message, "UNAVAILABLE"],
  ]);
  expect(code).toBe("UNAVAILABLE");
  if (/may or may not/.test(errors[0]!.message)) {
    expect(retryable).toBe(false);
    return "UNKNOWN";
  }
  return /nothing was changed/.test(errors[0]!.message) ? "REFUSED" : "UNKNOWN";
}
