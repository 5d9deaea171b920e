import sql, { raw } from "sql-template-tag";
import { today } from "../../../shared/clock.ts";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { newId } from "../../../shared/ids.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { mergedOrganizationEvent } from "../../../shared/projection/partner-organization.ts";
import type { Check } from "../../../shared/write/check.ts";
import { checked, isEmail, normalized } from "../../../shared/write/check.ts";
import { allow, changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { badInput, conflict } from "../../../shared/write/refuse.ts";
import { republishPartnerships } from "../partnership/partnership.events.ts";
import { inConsortium } from "../partnership/partnership.policy.ts";
import type {
  ChangePartnerOrganizationInput,
  ContactInput,
  MergePartnerOrganizationsInput,
  RegisterPartnerOrganizationInput,
  RetirePartnerOrganizationInput,
} from "./partner-organization.inputs.ts";
import { partnerOrganizationKind } from "./partner-organization.kind.ts";
import { PartnerOrganization } from "./partner-organization.ts";
import { SAME, similarOrganizations } from "./similar.ts";

const MOST_CONTACTS = 20;

type OrganizationInput = RegisterPartnerOrganizationInput | ChangePartnerOrganizationInput;

function checkOrganization(check: Check<OrganizationInput>): void {
  const { naics, country, contacts } = check.input;
  check.url("website");
  check.range("latitude", -90, 90);
  check.range("longitude", -180, 180);
  if (naics != null) check.expect(/^\d{2,6}$/.test(naics), "naics", "2 to 6 digits of NAICS", naics);
  if (country != null)
    check.expect(/^[A-Z]{2}$/.test(country), "country", "a country of ISO 3166-1", country);
  check.expect(
    (contacts?.length ?? 0) <= MOST_CONTACTS,
    "contacts",
    `at most ${MOST_CONTACTS}`,
    contacts?.length,
  );
  contacts?.forEach(({ name, role, email }, index) => {
    const field = (part: string) => `contacts[${index}].${part}`;
    const length = normalized(name).length;
    check.expect(length >= 1 && length <= 200, field("name"), "1 to 200 characters", `${length}`);
    check.expect((role?.length ?? 0) <= 120, field("role"), "at most 120 characters", `${role?.length}`);
    check.expect(email == null || isEmail(email), field("email"), "an e-mail address", email);
  });
}

/** Registers a partner organization, unless it is there already by another spelling. */
export function registerPartnerOrganization(
  ctx: SubgraphContext,
  input: RegisterPartnerOrganizationInput,
): Promise<string> {
  const { consortiumId, visibility, contacts, isDistinct } = input;
  return createRecord(ctx, partnerOrganizationKind, {
    action: "registerPartnerOrganization",
    input,
    async authorize() {
      const policy = { registerPartnerOrganization: inConsortium };
      allow(policy, "registerPartnerOrganization", ctx.viewer, { consortiumId });
    },
    async make(id, _parent, tx) {
      const given = checked(PartnerOrganization, input, checkOrganization);
      if (!isDistinct) await refuseDuplicate(ctx, tx, given);
      return { ...NOTHING_SAID, ...given, id, consortiumId, visibility, nameKey: "" };
    },
    attach: (id, tx) => putContacts(tx, id, contacts ?? []),
  });
}

/** The fields of an organization of which nothing has been said. */
const NOTHING_SAID = {
  naics: null,
  sizeBand: null,
  mission: null,
  country: null,
  subdivision: null,
  city: null,
  latitude: null,
  longitude: null,
  website: null,
  retiredOn: null,
  isInvented: false,
};

async function refuseDuplicate(
  { viewer }: SubgraphContext,
  tx: Transaction,
  likeness: Parameters<typeof similarOrganizations>[2],
): Promise<void> {
  const [likest] = await similarOrganizations(tx, viewer, likeness);
  if (!likest || likest.score < SAME) return;
  throw conflict(
    `"${likest.name}" (${likest.id}) is registered and very like it (${likest.score.toFixed(2)}): use that, or say that this one is distinct.`,
    { field: "isDistinct" },
  );
}

/** Changes what is known of a partner organization, and its contacts. */
export function changePartnerOrganization(
  ctx: SubgraphContext,
  input: ChangePartnerOrganizationInput,
): Promise<string> {
  const action = "changePartnerOrganization";
  return changeRecord(ctx, partnerOrganizationKind, { action, input }, async (before, _facts, tx) => {
    const given = checked(PartnerOrganization, input, checkOrganization);
    if (input.contacts) await putContacts(tx, before.id, input.contacts);
    return { ...before, ...(given as Partial<PartnerOrganization>) };
  });
}

/** Retires a partner organization; its past partnerships stay. */
export function retirePartnerOrganization(
  ctx: SubgraphContext,
  input: RetirePartnerOrganizationInput,
): Promise<string> {
  const action = "retirePartnerOrganization";
  return changeRecord(ctx, partnerOrganizationKind, { action, input }, (before) =>
    before.retiredOn ? before : { ...before, retiredOn: today() },
  );
}

/**
 * Merges a duplicate into an organization: its partnerships and contacts move, its id stays behind as an alias that
 * leads to the organization, and the feed tells others that it is gone and whose it has become.
 */
export function mergePartnerOrganizations(
  ctx: SubgraphContext,
  input: MergePartnerOrganizationsInput,
): Promise<string> {
  const action = "mergePartnerOrganizations";
  return changeRecord(ctx, partnerOrganizationKind, { action, input }, async (before, _facts, tx) => {
    const { record: duplicate } = await lockRecord(
      ctx,
      tx,
      partnerOrganizationKind,
      action,
      input.duplicateId,
      "duplicateId",
    );
    if (duplicate.id === before.id) throw badInput("duplicateId", "another organization", "the same");
    const [from, to] = [duplicate.id, before.id];
    const moved = await tx.read<{ id: string }>(
      sql`SELECT partnership_id AS id FROM partnership_party WHERE party_id = ${from}`,
    );
    // Where both are parties, the one that stays keeps its role.
    await tx.run(
      sql`DELETE FROM partnership_party WHERE party_id = ${from} AND partnership_id IN (SELECT partnership_id FROM (SELECT partnership_id FROM partnership_party WHERE party_id = ${to}) both_parties)`,
    );
    await tx.run(sql`UPDATE partnership_party SET party_id = ${to} WHERE party_id = ${from}`);
    for (const table of ["contribution", "benefit"]) {
      await tx.run(sql`UPDATE ${raw(table)} SET party_id = ${to} WHERE party_id = ${from}`);
    }
    await moveContacts(tx, from, to);
    await tx.run(sql`UPDATE partner_organization_alias SET id = ${to} WHERE id = ${from}`);
    await insertRows(tx, "partner_organization_alias", ["alias_id", "id"], [{ alias_id: from, id: to }]);
    await tx.run(sql`DELETE FROM partner_organization WHERE id = ${from}`);
    await publish(tx, [
      mergedOrganizationEvent(from, { into: to }),
      { kind: "partner_organization", recordId: from, payload: null },
    ]);
    await republishPartnerships(
      tx,
      moved.map(({ id }) => id),
    );
    return { ...before };
  });
}

async function putContacts(tx: Transaction, id: string, contacts: readonly ContactInput[]): Promise<void> {
  await tx.run(sql`DELETE FROM contact WHERE organization_id = ${id}`);
  await insertRows(
    tx,
    "contact",
    ["id", "organization_id", "position", "name", "role", "email"],
    contacts.map(({ name, role, email }, position) => ({
      id: newId("Contact"),
      organization_id: id,
      position,
      name: normalized(name),
      role: role ?? null,
      email: email ?? null,
    })),
  );
}

async function moveContacts(tx: Transaction, from: string, to: string): Promise<void> {
  const [row] = await tx.read<{ next: number }>(
    sql`SELECT COALESCE(MAX(position), -1) + 1 AS next FROM contact WHERE organization_id = ${to}`,
  );
  await tx.run(
    sql`UPDATE contact SET organization_id = ${to}, position = position + ${Number(row!.next)} WHERE organization_id = ${from}`,
  );
}
