import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { newId } from "../../shared/ids.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import { registerPartnership } from "./records.ts";

const consortiumId = newId("Consortium");
const [visited, alone] = [newId("PartnerOrganization"), newId("PartnerOrganization")];
const [party, fellow] = [newId("Institution"), newId("Institution")];

let subgraph: RunningSubgraph;
beforeAll(async () => {
  subgraph = await startTestSubgraph(partners);
  await subgraph.db.write(async (tx) => {
    for (const id of [visited, alone]) {
      const row = {
        id,
        consortium_id: consortiumId,
        visibility: "PUBLIC",
        name: id,
        name_key: id,
        org_type: "BUSINESS",
        agent_sector: "PUBLIC",
        is_invented: true,
        created_at: "2026-01-01 00:00:00.000000",
        updated_at: "2026-01-01 00:00:00.000000",
      };
      await insertRows(tx, "partner_organization", Object.keys(row), [row]);
      await insertRows(
        tx,
        "contact",
        ["id", "organization_id", "position", "name", "role", "email"],
        [
          { id: newId("Contact"), organization_id: id, position: 1, name: "Second", role: null, email: null },
          {
            id: newId("Contact"),
            organization_id: id,
            position: 0,
            name: "First",
            role: "Partnerships",
            email: "first@b.example",
          },
        ],
      );
    }
    // A partnership that everybody sees: that makes nobody else a party of it.
    await registerPartnership(tx, newId("Partnership"), {
      consortiumId,
      visibility: "PUBLIC",
      name: "A partnership",
      type: "COMMUNITY",
      subtype: null,
      modality: "HYBRID",
      scope: "LOCAL",
      stage: "ACTIVE",
      startsOn: null,
      endsOn: null,
      parties: [party, visited].map((id) => ({ id, role: "LEAD" })),
    });
  });
});
afterAll(() => subgraph.close());

const peopleOf = (...organisationIds: string[]): Viewer => ({
  id: "somebody",
  kind: "PERSON",
  organisationIds,
  consortia: [{ id: consortiumId, roles: ["MEMBER", "STEWARD", "CONSORTIUM_ADMIN"] }],
});
const QUERY = `{ partnerOrganizations(first: 10) { nodes { id contacts { name role email } } } }`;
const CONTACTS = [
  { name: "First", role: "Partnerships", email: "first@b.example" },
  { name: "Second", role: null, email: null },
];

describe("The contacts of a partner organisation", () => {
  it.each<[string, Viewer, string[]]>([
    ["its own people", peopleOf(alone), [alone]],
    ["the people of an institution that is a party with it", peopleOf(party), [visited]],
    ["nobody else in the consortium, whatever their role", peopleOf(fellow), []],
    ["no visitor", VISITOR, []],
  ])("are seen by %s", async (_who, viewer, seen) => {
    const { data, errors } = await subgraph.execute({ query: QUERY }, viewer);
    expect(errors).toBeUndefined();
    const { nodes } = (data as any).partnerOrganizations;
    expect(Object.fromEntries(nodes.map(({ id, contacts }: any) => [id, contacts]))).toEqual({
      [visited]: seen.includes(visited) ? CONTACTS : [],
      [alone]: seen.includes(alone) ? CONTACTS : [],
    });
  });

  it("come in one statement for all organisations of a page", async () => {
    const sent = await statementsOf(subgraph, () => subgraph.execute({ query: QUERY }, peopleOf(party)));
    expect(sent).toHaveLength(2);
  });
});
