import sql, { join } from "sql-template-tag";
import { utcNow } from "../../shared/clock.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { loadInBatches } from "../../shared/demo/load.ts";
import { demoId } from "../../shared/demo/random.ts";
import type { DemoInstitution } from "../../shared/demo/records.ts";
import type { DemoWorld } from "../../shared/demo/world.ts";
import { publish } from "../../shared/feed/outbox.ts";
import { DataSharingTier, MembershipRole, MembershipStatus } from "./consortium/membership.enums.ts";
import { consortiumEvent, membershipEvent } from "./consortium/membership.feed.ts";
import { insertMemberships } from "./consortium/membership.rows.ts";
import type { Membership } from "./consortium/membership.ts";

/** The demo network's institutions, consortia and memberships. */
export async function loadDemo(
  db: Database,
  world: DemoWorld,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  await db.write((tx) => writeConsortia(tx, world));
  await loadInBatches(
    db,
    world.institutions(),
    (tx, batch) => writeInstitutions(tx, batch, world),
    (written) => onProgress(written, world.counts.institutions),
  );
}

async function writeConsortia(tx: Transaction, { consortia }: DemoWorld): Promise<void> {
  const known = await tx.read<{ id: string }>(
    sql`SELECT id FROM consortium WHERE id IN (${join(consortia.map(({ id }) => id))})`,
  );
  const missing = consortia.filter(({ id }) => !known.some((row) => row.id === id));
  await insertRows(
    tx,
    "consortium",
    ["id", "name", "name_key", "description", "is_invented"],
    missing.map((each) => ({ ...each, name_key: fold(each.name), is_invented: true })),
  );
  await publish(
    tx,
    missing.map((each) => consortiumEvent(each, null)),
  );
}

async function writeInstitutions(
  tx: Transaction,
  batch: readonly DemoInstitution[],
  world: DemoWorld,
): Promise<void> {
  const [first] = batch;
  const known = await tx.read(
    sql`SELECT id FROM institution WHERE id IN (${join([first!.id, batch[batch.length - 1]!.id])})`,
  );
  if (known.length > 0) return;
  const now = utcNow();
  await insertRows(
    tx,
    "institution",
    [
      "id",
      "name",
      "name_key",
      "type",
      "control",
      "level",
      "sector",
      "carnegie",
      "locale",
      "status",
      "country",
      "subdivision",
      "city",
      "latitude",
      "longitude",
      "website",
      "established",
      "is_invented",
      "created_at",
      "updated_at",
    ],
    batch.map((each) => ({
      ...plain(each),
      name_key: fold(each.name),
      status: "ACTIVE",
      country: "US",
      is_invented: true,
      created_at: now,
      updated_at: now,
    })),
  );
  await insertRows(
    tx,
    "institution_name",
    ["institution_id", "value", "value_key", "kind", "lang"],
    batch.map(({ id, name }) => ({
      institution_id: id,
      value: name,
      value_key: fold(name),
      kind: "DISPLAY",
      lang: "en",
    })),
  );
  await insertRows(
    tx,
    "identifier",
    ["institution_id", "scheme", "value", "is_preferred"],
    batch.map(({ id, website }) => ({
      institution_id: id,
      scheme: "DOMAIN",
      value: new URL(website).hostname,
      is_preferred: true,
    })),
  );
  await insertRows(
    tx,
    "institution_location",
    ["institution_id", "position", "country", "subdivision", "city", "latitude", "longitude"],
    batch.map(({ id, subdivision, city, latitude, longitude }) => ({
      institution_id: id,
      position: 0,
      country: "US",
      subdivision,
      city,
      latitude,
      longitude,
    })),
  );
  const memberships = batch.map((each) => membershipOf(each, world));
  await insertMemberships(tx, memberships);
  await publish(tx, [
    ...batch.map((each) => ({ kind: "institution", recordId: each.id, payload: published(each) })),
    ...memberships.map((each) => membershipEvent(each, null)),
  ]);
}

/** Every institution of the demo network belongs to one consortium, and shares all that can be shared. */
const membershipOf = ({ id, index, consortium }: DemoInstitution, world: DemoWorld): Membership => ({
  id: demoId("Membership", index),
  consortiumId: world.consortia[consortium]!.id,
  institutionId: id,
  role: index === 0 || index === 4 ? MembershipRole.LEAD : MembershipRole.MEMBER,
  status: MembershipStatus.ACTIVE,
  invitedOn: null,
  joinedOn: "2020-07-01",
  leftOn: null,
  dataSharingTier: DataSharingTier.FIGURES,
});

const plain = ({
  id,
  name,
  type,
  control,
  level,
  sector,
  carnegie,
  locale,
  subdivision,
  city,
  latitude,
  longitude,
  website,
  established,
}: DemoInstitution) => ({
  id,
  name,
  type,
  control,
  level,
  sector,
  carnegie,
  locale,
  subdivision,
  city,
  latitude,
  longitude,
  website,
  established,
});

/** What others learn of an institution; the same as an import publishes. */
const published = ({
  name,
  type,
  sector,
  control,
  subdivision,
  city,
  latitude,
  longitude,
}: DemoInstitution) => ({
  name,
  type,
  sector,
  control,
  country: "US",
  subdivision,
  city,
  latitude,
  longitude,
  status: "ACTIVE",
});
