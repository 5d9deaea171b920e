import sql, { join } from "sql-template-tag";
import { utcNow } from "../../shared/clock.ts";
import { insertRows, upsertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { loadInBatches } from "../../shared/demo/load.ts";
import type { DemoInstitution } from "../../shared/demo/records.ts";
import type { DemoWorld } from "../../shared/demo/world.ts";
import { publish } from "../../shared/feed/outbox.ts";

/** The demo network's institutions, consortia and memberships. */
export async function loadDemo(
  db: Database,
  world: DemoWorld,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  await db.write((tx) =>
    upsertRows(
      tx,
      "consortium",
      ["id"],
      ["id", "name", "name_key", "description", "is_invented"],
      world.consortia.map((each) => ({ ...each, name_key: fold(each.name), is_invented: true })),
    ).then(() => undefined),
  );
  await loadInBatches(
    db,
    world.institutions(),
    (tx, batch) => writeInstitutions(tx, batch, world),
    (written) => onProgress(written, world.counts.institutions),
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
  await insertRows(
    tx,
    "membership",
    ["consortium_id", "institution_id", "role", "joined_on", "left_on", "data_sharing_tier"],
    batch.map(({ id, index, consortium }) => ({
      consortium_id: world.consortia[consortium]!.id,
      institution_id: id,
      role: index === 0 || index === 4 ? "LEAD" : "MEMBER",
      joined_on: "2020-07-01",
      left_on: null,
      data_sharing_tier: "FULL",
    })),
  );
  await publish(
    tx,
    batch.map((each) => ({ kind: "institution", recordId: each.id, payload: published(each) })),
  );
}

const plain = ({
  id,
  name,
  type,
  control,
  level,
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
  subdivision,
  city,
  latitude,
  longitude,
  website,
  established,
});

/** What others learn of an institution; the same as an import publishes. */
const published = ({ name, type, control, subdivision, city, latitude, longitude }: DemoInstitution) => ({
  name,
  type,
  sector: null,
  control,
  country: "US",
  subdivision,
  city,
  latitude,
  longitude,
  status: "ACTIVE",
});
