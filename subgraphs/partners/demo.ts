import type { Sql } from "sql-template-tag";
import sql, { join } from "sql-template-tag";
import { utcNow } from "../../shared/clock.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { loadInBatches } from "../../shared/demo/load.ts";
import type { DemoPartner, DemoPartnership } from "../../shared/demo/records.ts";
import type { DemoWorld } from "../../shared/demo/world.ts";
import { publish } from "../../shared/feed/outbox.ts";
import { derivedId } from "../../shared/ids.ts";
import type { PartnerOrganizationPayload } from "../../shared/projection/partner-organization.ts";
import type { PartnershipPayload } from "../../shared/projection/partnership.ts";
import { deriveSharing } from "../../shared/projection/sharing.ts";
import { writeAgreements } from "./demo/agreements.ts";
import { writeInteractions } from "./demo/interactions.ts";
import { writeIssues } from "./demo/issues.ts";
import { writeContributions, writeExchangeRates } from "./demo/contribution.ts";
import { PARTNERSHIPS } from "./partnership/partnership.list.ts";

/** The demo network's partner organisations and partnerships. */
export async function loadDemo(
  db: Database,
  world: DemoWorld,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { partners, partnerships } = world.counts;
  await db.write((tx) => writeExchangeRates(tx, world));
  await loadInBatches(
    db,
    world.partners(),
    (tx, batch) => writePartners(tx, batch, world),
    (written) => onProgress(written, partners + partnerships),
  );
  await loadInBatches(db, world.partnerships(), writePartnerships, (written) =>
    onProgress(partners + written, partners + partnerships),
  );
}

/** A batch is one transaction: when its ends are there, all of it is. */
async function isThere(tx: Transaction, table: Sql, batch: readonly { id: string }[]) {
  const ends = join([batch[0]!.id, batch[batch.length - 1]!.id]);
  return (await tx.read(sql`SELECT id FROM ${table} WHERE id IN (${ends})`)).length > 0;
}

async function writePartners(
  tx: Transaction,
  batch: readonly DemoPartner[],
  world: DemoWorld,
): Promise<void> {
  if (await isThere(tx, sql`partner_organization`, batch)) return;
  const now = utcNow();
  await insertRows(
    tx,
    "partner_organization",
    [
      "id",
      "consortium_id",
      "visibility",
      "name",
      "name_key",
      "org_type",
      "agent_sector",
      "naics",
      "size_band",
      "mission",
      "country",
      "subdivision",
      "city",
      "latitude",
      "longitude",
      "website",
      "is_invented",
      "created_at",
      "updated_at",
    ],
    batch.map(
      ({ orgType, agentSector, sizeBand, consortium, index: _index, contacts: _contacts, ...each }) => ({
        ...each,
        consortium_id: world.consortia[consortium]!.id,
        name_key: fold(each.name),
        org_type: orgType,
        agent_sector: agentSector,
        size_band: sizeBand,
        country: "US",
        is_invented: true,
        created_at: now,
        updated_at: now,
      }),
    ),
  );
  await insertRows(
    tx,
    "contact",
    ["id", "organization_id", "position", "name", "role", "email"],
    batch.flatMap(({ id, contacts }) =>
      contacts.map((contact, position) => ({
        id: derivedId("Contact", id, String(position)),
        organization_id: id,
        position,
        ...contact,
      })),
    ),
  );
  await publish(
    tx,
    batch.map((each) => ({
      kind: "partner_organization",
      recordId: each.id,
      payload: publishedOrganization(each, world),
    })),
  );
}

async function writePartnerships(tx: Transaction, batch: readonly DemoPartnership[]): Promise<void> {
  if (await isThere(tx, sql`partnership`, batch)) return;
  const now = utcNow();
  await insertRows(
    tx,
    "partnership",
    [
      "id",
      "consortium_id",
      "visibility",
      "name",
      "name_key",
      "type",
      "subtype",
      "modality",
      "scope",
      "stage",
      "starts_on",
      "ends_on",
      "summary",
      "sdg_targets",
      "is_invented",
      "created_at",
      "updated_at",
    ],
    batch.map(
      ({
        id,
        consortiumId,
        visibility,
        name,
        type,
        subtype,
        modality,
        scope,
        stage,
        startsOn,
        endsOn,
        summary,
        sdgTargets,
      }) => ({
        id,
        consortium_id: consortiumId,
        visibility,
        name,
        name_key: fold(name),
        type,
        subtype,
        modality,
        scope,
        stage,
        starts_on: startsOn,
        ends_on: endsOn,
        summary,
        sdg_targets: JSON.stringify(sdgTargets),
        is_invented: true,
        created_at: now,
        updated_at: now,
      }),
    ),
  );
  await insertRows(
    tx,
    "partnership_party",
    [
      "id",
      "partnership_id",
      "party_id",
      "party_kind",
      "role",
      "is_signatory",
      "starts_on",
      "ends_on",
      "position",
    ],
    batch.flatMap(({ id, parties }) =>
      parties.map((party, position) => ({
        id: derivedId("PartnershipParty", id, party.id),
        partnership_id: id,
        party_id: party.id,
        party_kind: party.kind,
        role: party.role,
        is_signatory: party.isSignatory,
        starts_on: null,
        ends_on: null,
        position,
      })),
    ),
  );
  await writeIssues(tx, batch);
  await writeInteractions(tx, batch);
  await writeContributions(tx, batch);
  await deriveSharing(
    tx,
    PARTNERSHIPS,
    batch.map(({ id }) => id),
  );
  await publish(
    tx,
    batch.map((each) => ({ kind: "partnership", recordId: each.id, payload: published(each) })),
  );
  await writeAgreements(tx, batch);
}

function publishedOrganization(
  { consortium, visibility, name, orgType, agentSector, sizeBand, naics, subdivision }: DemoPartner,
  world: DemoWorld,
): PartnerOrganizationPayload & Record<string, unknown> {
  const consortiumId = world.consortia[consortium]!.id;
  return {
    consortiumId,
    visibility,
    name,
    orgType,
    agentSector,
    sizeBand,
    naics,
    country: "US",
    subdivision,
  };
}

function published(partnership: DemoPartnership): PartnershipPayload & Record<string, unknown> {
  const { consortiumId, visibility, name, type, subtype, modality, scope, stage, startsOn, endsOn, parties } =
    partnership;
  return {
    consortiumId,
    visibility,
    name,
    type,
    subtype,
    modality,
    scope,
    stage,
    startsOn,
    endsOn,
    parties: parties.map(({ id, role }) => ({ id, role })),
  };
}
