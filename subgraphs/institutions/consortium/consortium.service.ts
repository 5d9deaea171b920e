import sql, { raw } from "sql-template-tag";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { fold } from "../../../shared/data/text.ts";
import { DomainError } from "../../../shared/errors.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { newId } from "../../../shared/ids.ts";
import { allow, change, changeBy } from "./change.ts";
import type { CreateConsortiumInput } from "./consortium.inputs.ts";
import { NAME_LENGTH } from "./consortium.ts";
import { consortiumEvent } from "./membership.feed.ts";
import { membershipPolicy } from "./membership.policy.ts";

const DESCRIPTION_LENGTH = 5_000;

/** Creates a consortium without members, and answers its id. Whoever creates it becomes its admin. */
export function createConsortium(ctx: SubgraphContext, input: CreateConsortiumInput): Promise<string> {
  return change(ctx, async (tx) => {
    const { viewer } = ctx;
    allow(
      membershipPolicy.createConsortium(viewer),
      "A consortium is created by a person who is a steward, an admin of another one or an operator.",
    );
    const name = trimmed(input.name, "name", 1, NAME_LENGTH);
    const description = trimmed(input.description ?? "", "description", 0, DESCRIPTION_LENGTH) || null;
    const nameKey = fold(name);
    // The lock keeps the name free until the row is there, also from a transaction that looks at the same time.
    const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
    const [taken] = await tx.read(sql`SELECT id FROM consortium WHERE name_key = ${nameKey} ${lock}`);
    if (taken) {
      throw new DomainError("CONFLICT", `There is a consortium called "${name}" already.`, { field: "name" });
    }
    const id = newId("Consortium");
    await insertRows(
      tx,
      "consortium",
      ["id", "name", "name_key", "description", "is_invented"],
      [{ id, name, name_key: nameKey, description, is_invented: false }],
    );
    await publish(tx, [consortiumEvent({ id, name }, changeBy(ctx, "CONSORTIUM_CREATED"))]);
    return id;
  });
}

/** A text without blanks around it, of a length that fits. */
function trimmed(text: string, field: string, least: number, most: number): string {
  const value = text.trim();
  if (value.length < least || value.length > most) {
    throw new DomainError(
      "BAD_USER_INPUT",
      `"${field}" expects ${least} to ${most} characters; got ${value.length}.`,
      { field },
    );
  }
  return value;
}
