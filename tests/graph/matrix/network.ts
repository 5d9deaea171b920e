import sql from "sql-template-tag";
import { catchUpAll } from "../../../gateway/feeds.ts";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { Role, Viewer } from "../../../shared/auth/viewer.ts";
import { CONSORTIA } from "../../../shared/demo/network.ts";
import { demoId } from "../../../shared/demo/random.ts";
import { DEMO_VIEWERS } from "../../../shared/demo/viewers.ts";
import { newId } from "../../../shared/ids.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import type { PartnerOrganizationPayload } from "../../../shared/projection/partner-organization.ts";
import type { TestPlatform } from "../../platform.ts";
import type { Asker } from "./ask.ts";
import type { Row } from "./world.ts";

const [FIRST, SECOND] = CONSORTIA.map(({ id }) => id) as [string, string];
const inTurn = (index: number) => ["PUBLIC", "CONSORTIUM", "PARTIES"][index % 3]!;
/** What institutions share, one after the other. */
const TIERS = ["PROFILE", "PARTNERSHIPS", "FIGURES", "FIGURES", "FIGURES", "FIGURES", "FIGURES"];

/** Where the demo network has the same of everything, makes it differ: tiers, invitations, visibilities, keys, log. */
export async function diversify(platform: TestPlatform, { ask }: Asker): Promise<void> {
  const change = async (mutation: string, viewer: Viewer, input: object) => {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const { errors } = await ask(
      `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename } }`,
      viewer,
      {
        input,
      },
    );
    if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
  };
  await changeMemberships(platform, change);
  await writePartnerships(platform, change);
  await spreadVisibilities(platform);
  await catchUpAll(platform.subgraphs);
  await thinOut(platform);
  await fillTheLog(platform);
}

type Change = (mutation: string, viewer: Viewer, input: object) => Promise<void>;

const holder = (role: Role, consortiumId: string, ...organisationIds: string[]): Viewer => ({
  id: "matrix:holder",
  kind: "SERVICE",
  organisationIds,
  consortia: [{ id: consortiumId, roles: [role] }],
});

async function changeMemberships({ subgraphs }: TestPlatform, change: Change): Promise<void> {
  const members = await subgraphs.institutions.db.read<{ consortium_id: string; institution_id: string }>(
    sql`SELECT consortium_id, institution_id FROM membership ORDER BY institution_id`,
  );
  for (const [index, { consortium_id: consortiumId, institution_id: institutionId }] of members.entries()) {
    await change("changeMembership", holder("STEWARD", consortiumId, institutionId), {
      consortiumId,
      institutionId,
      dataSharingTier: TIERS[index % TIERS.length],
    });
  }
  const admin = holder("CONSORTIUM_ADMIN", FIRST);
  const of = (index: number) => ({ consortiumId: FIRST, institutionId: demoId("Institution", index) });
  const [left, invitedAgain, invited] = [of(10), of(11), of(24)];
  for (const each of [left, invitedAgain]) await change("endMembership", admin, each);
  for (const each of [invitedAgain, invited])
    await change("inviteInstitution", admin, { ...each, role: "MEMBER" });
}

/** Details, issues, agreements and histories of partnerships of each visibility. */
async function writePartnerships({ subgraphs }: TestPlatform, change: Change): Promise<void> {
  const rows = await subgraphs.partners.db.read<Row>(
    sql`SELECT p.id, p.consortium_id, p.visibility, p.version, MIN(pp.party_id) AS party_id FROM partnership p JOIN partnership_party pp ON pp.partnership_id = p.id AND pp.party_kind = 'INSTITUTION' AND pp.is_signatory = 1 GROUP BY p.id, p.consortium_id, p.visibility, p.version ORDER BY p.id`,
  );
  const some = ["PUBLIC", "CONSORTIUM", "PARTIES"].flatMap((visibility) =>
    rows.filter((row) => row["visibility"] === visibility).slice(0, 2),
  );
  const academic = {
    courseEquivalences: [{ sendingCourse: "MAT 101", receivingCourse: "MATH 1", credits: 3 }],
  };
  for (const [index, { id, version, consortium_id: consortiumId, party_id: partyId }] of some.entries()) {
    const steward = holder("STEWARD", consortiumId, partyId);
    const kind =
      index % 2 === 0
        ? { type: "ACADEMIC_COLLABORATION", details: { academic } }
        : { type: "PUBLIC_PRIVATE", details: { publicPrivate: { funding: "A lab" } } };
    await change("changePartnership", steward, { id, version, ...kind });
    const issue = { partnershipId: id, category: "LEGAL", severity: "LOW", title: "A clause" };
    await change("raisePartnershipIssue", steward, issue);
    const sections = [{ heading: "Purpose", text: "A lab" }];
    const documents = [{ name: "Scan", address: "https://files.example/scan", sha256: "0".repeat(64) }];
    const terms = { kind: "NDA", title: `Secrecy ${index}`, sections, documents };
    await change("draftAgreement", steward, { partnershipId: id, ...terms });
    const worth = { valuationMethod: "SELF_REPORTED", currency: "USD", category: "DATA" };
    const own = { partnershipId: id, partyId, ...worth, description: "Records" };
    const period = { startsOn: "2025-01-01", endsOn: "2025-12-31" };
    await change("commitContribution", steward, { ...own, ...period, committedMinor: 70_000 });
    await change("recordBenefit", steward, { ...own, receivedOn: "2025-06-01", amountMinor: 30_000 });
  }
}

/** Visibilities in turn, for the demo network has public organisations only; and institutions that are related. */
async function spreadVisibilities({
  subgraphs: { institutions, partners, metrics },
}: TestPlatform): Promise<void> {
  await partners.db.write(async (tx) => {
    const rows = await tx.read<Row>(sql`SELECT * FROM partner_organization ORDER BY id`);
    const events = rows.map((row, index) => ({
      kind: "partner_organization",
      recordId: row["id"] as string,
      payload: { ...publishedOrganization(row), visibility: inTurn(index) },
    }));
    for (const { recordId, payload } of events) {
      await tx.run(
        sql`UPDATE partner_organization SET visibility = ${payload.visibility} WHERE id = ${recordId}`,
      );
    }
    await publish(tx, events);
  });
  await institutions.db.write(async (tx) => {
    const [ror, unitid] = ["https://ror.org/0demo0001", "900001"];
    await insertRows(
      tx,
      "institution_relationship",
      ["institution_id", "kind", "related_ror", "related_id"],
      [
        {
          institution_id: demoId("Institution", 0),
          kind: "RELATED",
          related_ror: ror,
          related_id: demoId("Institution", 1),
        },
      ],
    );
    const match = { ror, unitid, name: "A match", name_key: "a match", state: "JOINED", town: "Dayton, OH" };
    await insertRows(tx, "institution_match", Object.keys(match), [match]);
    const scores = { domain_score: 1, name_score: 1, place_score: 1, total_score: 1, is_same: true };
    const candidate = { ror, unitid, name: "A unit", verdict: "JOINED", decided_by: "console", ...scores };
    await insertRows(tx, "match_candidate", Object.keys(candidate), [candidate]);
  });
  await metrics.db.write(async (tx) => {
    const rows = await tx.read<Row>(sql`SELECT no FROM subject WHERE kind = 'INSTITUTION' ORDER BY no`);
    for (const [index, { no }] of rows.entries()) {
      await tx.run(sql`UPDATE subject SET visibility = ${inTurn(index)} WHERE no = ${no}`);
    }
  });
}

const publishedOrganization = (row: Row): PartnerOrganizationPayload => ({
  consortiumId: row["consortium_id"],
  visibility: row["visibility"],
  name: row["name"],
  orgType: row["org_type"],
  agentSector: row["agent_sector"],
  sizeBand: row["size_band"],
  naics: row["naics"],
  country: row["country"],
  subdivision: row["subdivision"],
});

/** Leaves no more figures of anything than one page shows. */
async function thinOut({ subgraphs: { metrics } }: TestPlatform): Promise<void> {
  await metrics.db.write((tx) =>
    tx.run(
      sql`DELETE FROM observation WHERE subject_no % 3 <> 0 OR period_no <> (SELECT MAX(no) FROM period WHERE kind = 'TERM') OR group_no > 2`,
    ),
  );
}

const CREATE = `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }`;
const END = `mutation($input: EndMembershipInput!) { endMembership(input: $input) { status } }`;

/** Keys of people and of services, and an entry in the audit log for each kind of reader. */
async function fillTheLog({ ask, url, subgraphs }: TestPlatform): Promise<void> {
  const issue = async (viewer: string, consortiumId: string, role: Role, more: object = {}) => {
    const input = { name: `Of ${viewer}`, scopes: ["READ"], roles: [{ consortiumId, role }], ...more };
    const { errors } = await ask(CREATE, viewer, { input });
    if (errors) throw new Error(JSON.stringify(errors));
  };
  await issue("member", FIRST, "MEMBER", { organisationId: demoId("Institution", 0) });
  await issue("steward", FIRST, "STEWARD", { organisationId: demoId("Institution", 2) });
  await issue("admin", FIRST, "ANALYST", { isService: true });
  await issue("neighbour", SECOND, "MEMBER", { organisationId: demoId("Institution", 24) });
  await keepKeyOfPartner(subgraphs);
  for (const viewer of ["steward", "neighbour", "partner"]) {
    await ask(END, viewer, { input: { consortiumId: FIRST, institutionId: demoId("Institution", 3) } });
  }
  await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer csk_nothing" },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
}

/** A key of somebody who has no role: only whoever administers what it acts in knows of them. */
async function keepKeyOfPartner({ platform }: TestPlatform["subgraphs"]): Promise<void> {
  const { id } = DEMO_VIEWERS.find(({ header }) => header === "partner")!.viewer;
  const key = {
    id: newId("ApiKey"),
    name: "From before they left",
    owner_id: id,
    prefix: "csk_",
    scopes: '["READ"]',
    issued_at: "2026-01-01 00:00:00.000000",
    expires_at: "2026-02-01 00:00:00.000000",
  };
  const role = { key_id: key.id, consortium_id: FIRST, role: "MEMBER" };
  await platform.db.write(async (tx) => {
    await insertRows(tx, "api_key", Object.keys(key), [key]);
    await insertRows(tx, "api_key_role", Object.keys(role), [role]);
  });
}
