import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { Column, Entity, PrimaryColumn } from "typeorm";
import {
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import { v7 } from "uuid";
import type { Action } from "../auth/actions.ts";
import { ACTION_NAMES, actionOf } from "../auth/actions.ts";
import type { Viewer } from "../auth/viewer.ts";
import { insertRows } from "../data/bulk.ts";
import type { Transaction } from "../data/database.ts";
import { tableOf } from "../data/entity.ts";
import type { RecordSource } from "../data/loaders.ts";
import type { ChangeNote } from "../feed/outbox.ts";
import { connectionOf } from "../graphql/connection.ts";
import { defineList, filterFields } from "../graphql/list.ts";
import { defineFilter } from "../graphql/filter.ts";
import { Needs } from "../graphql/needs.ts";
import { column, defineOrder } from "../graphql/order.ts";
import { DateTimeScalar } from "../graphql/scalars.ts";
import { ID_LENGTH } from "../ids.ts";
import type { Change } from "./rows.ts";
import { REASON_LENGTH } from "./tables.ts";

/** The mutations that change records, as clients see them. */
export const ActionEnum = Object.fromEntries(ACTION_NAMES.map((name) => [actionOf(name), actionOf(name)]));
registerEnumType(ActionEnum, {
  name: "Action",
  description: "A mutation that changes a record, in capitals: `INVITE_INSTITUTION` is `inviteInstitution`.",
});

@Directive("@shareable")
@ObjectType("FieldChange", { description: "One field of a record that a change has given another value." })
export class FieldChange {
  @Field(() => String, { description: "The field's name." })
  field!: string;

  @Field(() => String, {
    nullable: true,
    description: "Its former value as text, lists and objects as JSON; null where it had none.",
  })
  from!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Its new value, likewise; null where it has none now.",
  })
  to!: string | null;
}

@Directive("@shareable")
@Entity("record_history")
@ObjectType("HistoryEntry", { description: "One change of a record: who, when, why, and of which fields." })
export class HistoryEntry {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 40 })
  @Field(() => String, { description: "What kind of record was changed, such as `agreement`." })
  kind!: string;

  @Column("varchar", { length: ID_LENGTH })
  @Field(() => ID, { description: "The record that was changed." })
  recordId!: string;

  /** The partnership or other record whose timeline shows the change. */
  @Column("varchar", { length: ID_LENGTH })
  scopeId!: string;

  @Column("int")
  @Field(() => Int, { description: "The record's version since the change." })
  version!: number;

  @Column("varchar", { length: 60 })
  @Field(() => ActionEnum, { description: "The mutation that made the change." })
  action!: Action;

  @Column("varchar", { length: 64, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "The person or service that made the change; null for visitors to read.",
  })
  actorId!: string | null;

  @Column("varchar", { length: 8 })
  actorKind!: Viewer["kind"];

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;

  @Column("varchar", { length: REASON_LENGTH, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Why, as the one who made it said; null when not said.",
  })
  reason!: string | null;

  /** Shown as a list by its resolver. */
  @Column("simple-json")
  changes!: Readonly<Record<string, Change>>;
}

export const HistoryConnection = connectionOf("HistoryEntry", () => HistoryEntry, { isShareable: true });

const textOf = (value: unknown): string | null =>
  value === null || typeof value === "string" ? value : JSON.stringify(value);

@Resolver(() => HistoryEntry)
export class HistoryEntryResolver {
  @Needs("changes")
  @FieldResolver(() => [FieldChange], {
    description: "The fields that have another value; those that you may not see are left out.",
  })
  changes(@Root() { changes }: HistoryEntry): FieldChange[] {
    return Object.entries(changes).map(([field, [from, to]]) => ({
      field,
      from: textOf(from),
      to: textOf(to),
    }));
  }
}

/** The part of a kind that its history needs. */
export interface HistoryKind {
  readonly name: string;
  readonly source: RecordSource;
}

const ALIAS = "h";

/** Whether a history row's record fulfills a condition. */
const recordFulfills = ({ source: { record, alias } }: HistoryKind, condition: Sql) =>
  sql`EXISTS (SELECT 1 FROM ${raw(`${tableOf(record).name} ${alias}`)} WHERE ${raw(alias)}.id = ${raw(ALIAS)}.record_id AND ${condition})`;

/**
 * How the histories of some kinds are read: a change by those who may see its record, and of a guarded field by those
 * who may see that.
 */
export function historySource(kinds: () => readonly HistoryKind[]): RecordSource {
  const isKind = ({ name }: HistoryKind) => sql`${raw(ALIAS)}.kind = ${name}`;
  const shownChanges = (viewer: Viewer): Sql => {
    const hidden = kinds().flatMap((kind) =>
      Object.entries(kind.source.guarded ?? {}).map(([property, { isVisible }]) => {
        const isHidden = sql`${isKind(kind)} AND NOT ${recordFulfills(kind, isVisible(viewer))}`;
        return sql`CASE WHEN ${isHidden} THEN ${`$.${property}`} ELSE '$.none' END`;
      }),
    );
    const changes = raw(`${ALIAS}.changes`);
    return hidden.length > 0 ? sql`JSON_REMOVE(${changes}, ${join(hidden)})` : changes;
  };
  return {
    record: HistoryEntry,
    alias: ALIAS,
    visible: (viewer) => {
      const rules = kinds().map(
        (kind) => sql`(${isKind(kind)} AND ${recordFulfills(kind, kind.source.visible(viewer))})`,
      );
      return sql`(${join(rules, " OR ")})`;
    },
    guarded: {
      actorId: { isVisible: (viewer) => (viewer.kind === "VISITOR" ? sql`1 = 0` : sql`1 = 1`) },
      changes: { isVisible: () => sql`1 = 1`, value: shownChanges },
    },
    always: ["id"],
  };
}

const historyFilter = defineFilter("HistoryFilter", "Which changes to list.", {
  ...filterFields(HistoryEntry, ALIAS, ["kind", "recordId", "action", "at"]),
});
const historyOrder = defineOrder(
  "HistoryOrder",
  { AT: { expression: column(`${ALIAS}.at`), description: "By time." } },
  { id: column(`${ALIAS}.id`), default: [{ field: "AT", direction: "DESC" as never }] },
);

/** The changes of a subgraph's records, newest first. */
export const historyList = (source: RecordSource) => defineList(source, historyFilter, historyOrder);

/** Adds a change to the history, in the transaction that makes it. */
export async function keepHistory(
  tx: Transaction,
  entry: {
    readonly kind: string;
    readonly recordId: string;
    readonly scopeId: string;
    readonly version: number;
    readonly changes: Readonly<Record<string, Change>>;
    readonly note: ChangeNote;
  },
): Promise<void> {
  const { kind, recordId, scopeId, version, changes, note } = entry;
  const { action, actorId, actorKind, at, reason } = note;
  const row = {
    id: `hist_${v7()}`,
    kind,
    record_id: recordId,
    scope_id: scopeId,
    version,
    action,
    actor_id: actorId,
    actor_kind: actorKind,
    at,
    reason,
    changes: JSON.stringify(changes),
  };
  await insertRows(tx, "record_history", Object.keys(row), [row]);
}
