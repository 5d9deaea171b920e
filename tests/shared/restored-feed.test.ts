import sql from "sql-template-tag";
import { platform } from "../../gateway/platform/subgraph.ts";
import { utcNow } from "../../shared/clock.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import type { FeedReader, NewEvent } from "../../shared/feed/outbox.ts";
import { publish } from "../../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import type { SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { newId } from "../../shared/ids.ts";
import type { DataSharingTier } from "../../shared/projection/sharing.ts";
import {
  consortiumEvent,
  membershipEvent,
  membershipGone,
} from "../../subgraphs/institutions/consortium/membership.feed.ts";
import { institutions } from "../../subgraphs/institutions/subgraph.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import type { TestDatabase } from "../database.ts";
import { copyDatabase, emptyDatabase } from "../database.ts";

const CONSORTIUM = newId("Consortium");
const [ONE, TWO, THREE] = [newId("Institution"), newId("Institution"), newId("Institution")];

const membershipOf = (institutionId: string) => institutionId.replace("inst_", "memb_");

const shares = (institutionId: string, dataSharingTier: DataSharingTier): NewEvent =>
  membershipEvent(
    {
      id: membershipOf(institutionId),
      consortiumId: CONSORTIUM,
      institutionId,
      role: "MEMBER",
      status: "ACTIVE",
      joinedOn: "2026-01-01",
      leftOn: null,
      dataSharingTier,
    },
    null,
  );

/** What a subgraph believes that institutions share. */
const believed = async ({ db }: RunningSubgraph) =>
  Object.fromEntries(
    (
      await db.read<{ id: string; level: number }>(
        sql`SELECT institution_id AS id, sharing_level AS level FROM membership_projection`,
      )
    ).map(({ id, level }) => [id, level]),
  );

/** A database that a test takes backups of: it is closed for each, and goes on after it. */
class Restorable {
  running!: RunningSubgraph;
  private readonly databases: TestDatabase[] = [];

  constructor(private readonly definition: SubgraphDefinition) {}

  async open(database = emptyDatabase(this.definition.name)): Promise<this> {
    await this.running?.close();
    this.databases.push(database);
    this.running = await startSubgraph(this.definition, database.location);
    return this;
  }

  async backup(): Promise<TestDatabase> {
    await this.running.close();
    const original = this.databases.at(-1)!;
    const copy = await copyDatabase(original, this.definition.name);
    this.running = await startSubgraph(this.definition, original.location);
    return copy;
  }

  tell(...events: NewEvent[]): Promise<void> {
    return this.running.db.write((tx) => publish(tx, events));
  }

  read: FeedReader = (after, limit) => this.running.readFeed(after, limit);

  async close(): Promise<void> {
    await this.running.close();
    for (const database of this.databases) await database.drop();
  }
}

describe("A follower of a feed", () => {
  let source: Restorable;
  let follower: Restorable;
  let rebuilt: string[];
  const follow = (by = follower) => {
    const [subscription] = by.running.definition.subscriptions!;
    return catchUp(by.running.db, subscription!, source.read, (name) => rebuilt.push(name));
  };

  beforeAll(async () => {
    source = await new Restorable(institutions).open();
    follower = await new Restorable(partners).open();
  });
  beforeEach(async () => {
    const gone = membershipGone({ id: membershipOf(THREE) });
    await source.tell(shares(ONE, "FIGURES"), shares(TWO, "FIGURES"), gone);
    await follow();
    rebuilt = [];
  });
  afterAll(async () => {
    await follower.close();
    await source.close();
  });

  it("applies a narrowing of a source that was restored to before the follower's position", async () => {
    const backup = await source.backup();
    await source.tell(shares(THREE, "FIGURES"), shares(ONE, "PARTNERSHIPS"));
    await follow();
    await source.open(backup);
    await source.tell(shares(TWO, "PROFILE"));
    expect(await follow()).toBe(4);
    expect(await believed(follower.running)).toEqual({ [ONE]: 2, [TWO]: 0 });
    expect(rebuilt).toEqual(["institutions"]);
    expect(await follow()).toBe(0);
    await source.tell(shares(ONE, "PROFILE"));
    expect(await follow()).toBe(1);
    expect(await believed(follower.running)).toEqual({ [ONE]: 0, [TWO]: 0 });
    expect(rebuilt).toHaveLength(1);
  });

  it.each([
    ["reached", 1],
    ["passed", 3],
  ])("notices a restored source that has %s its position since", async (_, more) => {
    const backup = await source.backup();
    await source.tell(shares(THREE, "FIGURES"));
    await follow();
    await source.open(backup);
    await source.tell(shares(TWO, "PROFILE"), ...Array<NewEvent>(more - 1).fill(shares(ONE, "FIGURES")));
    await follow();
    expect(await believed(follower.running)).toEqual({ [ONE]: 2, [TWO]: 0 });
    expect(rebuilt).toEqual(["institutions"]);
  });

  it("knows nothing of a source that was made anew and is empty, then what it says", async () => {
    await source.open();
    await follow();
    expect(await believed(follower.running)).toEqual({});
    await source.tell(shares(ONE, "PROFILE"));
    await follow();
    expect(await believed(follower.running)).toEqual({ [ONE]: 0 });
    expect(rebuilt).toEqual(["institutions"]);
  });

  it("that was itself restored applies what it misses, and nothing else", async () => {
    const backup = await follower.backup();
    await source.tell(shares(ONE, "PROFILE"));
    await follow();
    await follower.open(backup);
    expect(await follow()).toBe(1);
    expect(await believed(follower.running)).toEqual({ [ONE]: 0, [TWO]: 2 });
    expect(rebuilt).toEqual([]);
  });

  it("that runs twice rebuilds once", async () => {
    const backup = await source.backup();
    await source.tell(shares(THREE, "FIGURES"));
    await follow();
    await source.open(backup);
    await source.tell(shares(TWO, "PROFILE"));
    await Promise.all([follow(), follow(), follow()]);
    expect(await believed(follower.running)).toEqual({ [ONE]: 2, [TWO]: 0 });
    expect(rebuilt).toEqual(["institutions"]);
  });

  it("goes on from the position that an earlier version has left", async () => {
    await follower.running.db.write((tx) => tx.run(sql`UPDATE feed_position SET recorded_at = NULL`));
    await source.tell(shares(ONE, "PROFILE"));
    expect(await follow()).toBe(1);
    expect(rebuilt).toEqual([]);
  });

  it("of several pages is rebuilt whole", async () => {
    const backup = await source.backup();
    await source.tell(shares(THREE, "FIGURES"));
    await follow();
    await source.open(backup);
    const many = Array.from({ length: 1_100 }, () => newId("Institution"));
    await source.tell(...many.map((id) => shares(id, "PARTNERSHIPS")));
    await follow();
    expect(Object.keys(await believed(follower.running))).toHaveLength(1_102);
    expect(rebuilt).toEqual(["institutions"]);
  });

  it("gives nobody a role back that was taken away, and doubles nothing in the audit log", async () => {
    const created = newId("Consortium");
    const change = {
      action: "CONSORTIUM_CREATED",
      actorId: "person_1",
      actorKind: "PERSON",
      at: utcNow(),
      requestId: null,
    } as const;
    const gateway = await new Restorable(platform).open();
    try {
      const { db } = gateway.running;
      await db.write((tx) =>
        tx.run(
          sql`INSERT INTO person (id, issuer, subject, created_at) VALUES ('person_1', 'i', 's', ${utcNow()})`,
        ),
      );
      await source.tell(consortiumEvent({ id: created, name: "New" }, change));
      await follow(gateway);
      const backup = await source.backup();
      await source.tell(shares(THREE, "FIGURES"));
      await follow(gateway);
      const count = async (what: "grants" | "entries") => {
        const [row] = await db.read<{ count: number }>(
          what === "grants"
            ? sql`SELECT COUNT(*) AS count FROM role_grant WHERE consortium_id = ${created}`
            : sql`SELECT COUNT(*) AS count FROM audit_entry WHERE action = 'CONSORTIUM_CREATED'`,
        );
        return Number(row!.count);
      };
      expect([await count("grants"), await count("entries")]).toEqual([1, 1]);
      await db.write((tx) => tx.run(sql`DELETE FROM role_grant WHERE consortium_id = ${created}`));
      await source.open(backup);
      await follow(gateway);
      expect(rebuilt).toEqual(["institutions"]);
      expect([await count("grants"), await count("entries")]).toEqual([0, 1]);
    } finally {
      await gateway.close();
    }
  });
});
