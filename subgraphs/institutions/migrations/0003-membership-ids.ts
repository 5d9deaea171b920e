import type { MigrationInterface, QueryRunner } from "typeorm";
import type { IdentifiedTable } from "../../../shared/data/identify.ts";
import { addIds, dropIds } from "../../../shared/data/identify.ts";
import { derivedId } from "../../../shared/ids.ts";

const MEMBERSHIPS: IdentifiedTable = {
  table: "membership",
  type: "Membership",
  key: ["consortium_id", "institution_id"],
};

/** Ids of memberships, in the table and in the feed, which knew each by its consortium and its institution. */
export class Institutions0003 implements MigrationInterface {
  readonly name = "Institutions1765000000003";

  async up(runner: QueryRunner): Promise<void> {
    await addIds(runner, MEMBERSHIPS);
    const told = (await runner.query(
      "SELECT DISTINCT record_id FROM outbox WHERE kind = 'membership' AND record_id LIKE '%/%'",
    )) as { readonly record_id: string }[];
    for (const { record_id: pair } of told) {
      const id = derivedId("Membership", ...pair.split("/"));
      await runner.query("UPDATE outbox SET record_id = ? WHERE kind = 'membership' AND record_id = ?", [
        id,
        pair,
      ]);
    }
  }

  /** What has been told stays told, by the ids. */
  async down(runner: QueryRunner): Promise<void> {
    await dropIds(runner, MEMBERSHIPS);
  }
}
