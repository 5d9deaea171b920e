import { today } from "../../shared/clock.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { likenessScore } from "../../subgraphs/partners/partner-organization/similar.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import {
  admin,
  COLLEGE,
  collegeSteward,
  CONSORTIUM,
  farSteward,
  knowInstitutions,
  member,
  mutationOf,
  person,
  proposePartnership,
  sender,
} from "./lives.ts";

let subgraph: RunningSubgraph;
const send = sender(() => subgraph);
beforeAll(async () => {
  subgraph = await startTestSubgraph(partners);
  await knowInstitutions(subgraph);
});
afterAll(() => subgraph.close());

const FIELDS = "id version name retiredOn website viewerCan contacts { name email }";
const register = (input: object = {}, viewer = collegeSteward) =>
  send(viewer, mutationOf("registerPartnerOrganization", FIELDS), {
    input: {
      consortiumId: CONSORTIUM,
      name: "Ravenscroft Semiconductors",
      orgType: "BUSINESS",
      agentSector: "PRIVATE_FOR_PROFIT",
      website: "https://www.ravenscroft.example/about",
      city: "Columbus",
      subdivision: "OH",
      ...input,
    },
  });
const read = (id: string, viewer = collegeSteward) =>
  send(viewer, `query ($id: ID!) { partnerOrganization(id: $id) { ${FIELDS} } }`, { id });

it("scores likeness by name, web domain and place, and leaves out what is not known", () => {
  const one = {
    name: "The Ravenscroft Semiconductors, Inc.",
    website: "http://ravenscroft.example",
    city: null,
  };
  // Both significant words are the same, and so is the domain: (0.6 + 0.25) / 0.85.
  expect(
    likenessScore(one, { name: "Ravenscroft Semiconductors", website: "https://www.ravenscroft.example" }),
  ).toBe(1);
  // One of three words, another domain: 0.6 / 3 / 0.85.
  expect(likenessScore(one, { name: "Ravenscroft Bakery", website: "https://bakery.example" })).toBeCloseTo(
    0.2353,
    4,
  );
});

it("is registered once: near-duplicates are offered before a second one is made", async () => {
  const contacts = [{ name: " Ada Bell ", email: "ada@ravenscroft.example" }];
  const first = await register({ contacts });
  expect(first).toMatchObject({ version: 1, retiredOn: null });
  expect(first.viewerCan).toEqual(["CHANGE_PARTNER_ORGANIZATION"]);
  const again = await register({ name: "Ravenscroft Semiconductors Inc", website: null });
  expect(again).toMatchObject({ code: "CONFLICT", field: "isDistinct" });
  const found = await send(
    collegeSteward,
    `{ similarPartnerOrganizations(name: "RAVENSCROFT semiconductors") { score organization { id name } } }`,
  );
  expect(found).toEqual([{ score: 1, organization: { id: first.id, name: "Ravenscroft Semiconductors" } }]);
  const distinct = await register({ name: "Ravenscroft Semiconductors Inc", isDistinct: true });
  expect(distinct.id).not.toBe(first.id);
  expect(
    await register({ name: "Other", website: "ftp://x", naics: "1", contacts: [{ name: "", email: "x" }] }),
  ).toMatchObject({
    code: "BAD_USER_INPUT",
    faults: [
      { field: "website" },
      { field: "naics" },
      { field: "contacts[0].name" },
      { field: "contacts[0].email" },
    ],
  });
  expect(await register({ name: "Unique" }, member)).toMatchObject({ code: "FORBIDDEN" });
});

it("is changed by stewards and its own people, who alone see the contacts", async () => {
  const { id } = await register({ name: "Kestrel Health", website: null, contacts: [{ name: "Bo" }] });
  const own = person("own", [id]);
  const change = (viewer: typeof own, version: number, input: object) =>
    send(viewer, mutationOf("changePartnerOrganization", FIELDS), { input: { id, version, ...input } });
  expect(await change(own, 1, { mission: "Care." })).toMatchObject({ version: 2 });
  expect((await read(id, own)).contacts).toEqual([{ name: "Bo", email: null }]);
  expect((await read(id)).contacts).toEqual([]);
  expect(await change(member, 2, { city: "Dayton" })).toMatchObject({ code: "FORBIDDEN" });
  expect(await change(farSteward, 1, { city: "Dayton" })).toMatchObject({ code: "CONFLICT", version: 2 });
  expect(await change(own, 2, { name: null })).toMatchObject({ code: "BAD_USER_INPUT", field: "name" });
});

it("is merged by admins: what hangs on it moves, and its id leads on", async () => {
  const [kept, duplicate] = [
    await register({ name: "Foxglove Works", website: null }),
    await register({ name: "Foxglov Wks", website: null }),
  ];
  const partnershipId = await proposePartnership(send, {
    parties: [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: duplicate.id, role: "FUNDER" },
    ],
    visibility: "PUBLIC",
  });
  const merge = (viewer: typeof admin, version = 1) =>
    send(viewer, mutationOf("mergePartnerOrganizations", FIELDS), {
      input: { id: kept.id, version, duplicateId: duplicate.id },
    });
  expect(await merge(collegeSteward)).toMatchObject({ code: "FORBIDDEN" });
  expect(await merge(admin)).toMatchObject({ id: kept.id, version: 2 });
  expect(await read(duplicate.id)).toMatchObject({ id: kept.id, name: "Foxglove Works" });
  const { parties } = await send(
    collegeSteward,
    `query ($id: ID!) { partnership(id: $id) { parties { role party { ... on PartnerOrganization { id } } } } }`,
    { id: partnershipId },
  );
  expect(parties[1]).toEqual({ role: "FUNDER", party: { id: kept.id } });
  const told = (await subgraph.readFeed(0, 1000)).slice(-4).map(({ kind, recordId }) => [kind, recordId]);
  expect(told).toEqual([
    ["merged_partner_organization", duplicate.id],
    ["partner_organization", duplicate.id],
    ["partnership", partnershipId],
    ["partner_organization", kept.id],
  ]);
});

it("is retired, and becomes a party of nothing any more", async () => {
  const { id } = await register({ name: "Quillfeather", website: null });
  const retire = mutationOf("retirePartnerOrganization", "version retiredOn");
  expect(await send(admin, retire, { input: { id, version: 1 } })).toEqual({
    version: 2,
    retiredOn: today(),
  });
  const input = {
    consortiumId: CONSORTIUM,
    name: "Late",
    type: "COMMUNITY",
    modality: "HYBRID",
    scope: "LOCAL",
    parties: [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: id, role: "FUNDER" },
    ],
  };
  expect(await send(collegeSteward, mutationOf("proposePartnership", "id"), { input })).toMatchObject({
    code: "NOT_FOUND",
    field: "parties[1].partyId",
  });
});
