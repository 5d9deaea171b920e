import sql from "sql-template-tag";
import { insertRows } from "../../shared/data/bulk.ts";
import { openDatabase } from "../../shared/data/open.ts";
import { readFeed } from "../../shared/feed/outbox.ts";
import { derivedId, newId } from "../../shared/ids.ts";
import { Institutions0001 } from "../../subgraphs/institutions/migrations/0001-institutions.ts";
import { institutions } from "../../subgraphs/institutions/subgraph.ts";
import { emptyDatabase } from "../database.ts";

it("Memberships from before they had a life of their own stay what they were, and become known to others", async () => {
  const database = emptyDatabase();
  const before = await openDatabase(database.location, { ...institutions, migrations: [Institutions0001] });
  const consortium = { id: newId("Consortium"), name: "Old", name_key: "old", is_invented: false };
  const [present, past] = [newId("Institution"), newId("Institution")];
  const membership = { consortium_id: consortium.id, role: "MEMBER", data_sharing_tier: "FULL" };
  await before.write(async (tx) => {
    await insertRows(tx, "consortium", Object.keys(consortium), [consortium]);
    const rows = [
      { ...membership, institution_id: present, joined_on: "2020-07-01", left_on: null },
      { ...membership, institution_id: past, joined_on: "2019-07-01", left_on: "2024-06-30" },
    ];
    await insertRows(tx, "membership", Object.keys(rows[0]!), rows);
  });
  await before.close();

  const after = await openDatabase(database.location, institutions);
  try {
    expect(
      await after.read(
        sql`SELECT id, institution_id, status, invited_on, joined_on, left_on, data_sharing_tier FROM membership ORDER BY joined_on DESC`,
      ),
    ).toEqual([
      {
        id: derivedId("Membership", consortium.id, present),
        institution_id: present,
        status: "ACTIVE",
        invited_on: null,
        joined_on: "2020-07-01",
        left_on: null,
        data_sharing_tier: "FIGURES",
      },
      {
        id: derivedId("Membership", consortium.id, past),
        institution_id: past,
        status: "ENDED",
        invited_on: null,
        joined_on: "2019-07-01",
        left_on: "2024-06-30",
        data_sharing_tier: "FIGURES",
      },
    ]);
    const told = await readFeed(after, 0, 100);
    expect(new Map(told.map(({ recordId, payload }) => [recordId, payload]))).toEqual(
      new Map<string, object>([
        [consortium.id, { name: "Old", change: null }],
        ...[
          { institutionId: present, status: "ACTIVE", joinedOn: "2020-07-01", leftOn: null },
          { institutionId: past, status: "ENDED", joinedOn: "2019-07-01", leftOn: "2024-06-30" },
        ].map((each): [string, object] => [
          derivedId("Membership", consortium.id, each.institutionId),
          { consortiumId: consortium.id, role: "MEMBER", dataSharingTier: "FIGURES", change: null, ...each },
        ]),
      ]),
    );
  } finally {
    await after.close();
    await database.drop();
  }
});
