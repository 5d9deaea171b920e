import sql from "sql-template-tag";
import { demoWorld } from "../../shared/demo/world.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph } from "../database.ts";

it.each([1, 2])("loads believable agreements of the demo network at scale %i", async (scale) => {
  const subgraph = await startTestSubgraph(partners);
  try {
    await partners.loadDemo!(subgraph.db, demoWorld({ scale }), () => {});
    const count = async (condition: ReturnType<typeof sql>) => {
      const [row] = await subgraph.db.read<{ n: number }>(
        sql`SELECT COUNT(*) AS n FROM agreement a WHERE ${condition}`,
      );
      return Number(row!.n);
    };
    // In force, drifting, drafts that renew another one, and with a last day in the 90 days after the demo's last term.
    const drifting = sql`approved_on IS NOT NULL AND is_awaiting_approval = 1`;
    const soon = sql`approved_on IS NOT NULL AND expires_on BETWEEN '2026-05-09' AND '2026-08-07'`;
    for (const each of [
      sql`approved_on IS NOT NULL AND is_awaiting_approval = 0`,
      drifting,
      sql`approved_on IS NULL AND predecessor_id IS NOT NULL`,
      soon,
    ]) {
      expect(await count(each)).toBeGreaterThan(0);
    }
    // Every version that an agreement shows or awaits is kept, with the hash that the agreement names.
    const kept = sql`EXISTS (SELECT 1 FROM agreement_version v WHERE v.agreement_id = a.id AND v.number = a.number AND v.terms_hash = a.terms_hash) AND EXISTS (SELECT 1 FROM agreement_version v WHERE v.agreement_id = a.id AND v.number = a.latest_number AND v.terms_hash = a.latest_terms_hash)`;
    expect(await count(sql`NOT (${kept})`)).toBe(0);
    expect(await count(sql`expires_on < effective_on`)).toBe(0);
  } finally {
    await subgraph.close();
  }
});
