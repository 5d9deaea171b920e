import type { ClassType } from "type-graphql";
import type { ActionName } from "../auth/actions.ts";
import { loadRecord } from "../data/loaders.ts";
import type { List } from "../graphql/list.ts";
import type { ReferenceResolver } from "../graphql/subgraph.ts";
import type { TypeVisibility, VisibilityTable } from "../graphql/visibility.ts";
import type { MutationField, ReadFields } from "./fields.ts";
import { mutationFields, readFields, recordFields } from "./fields.ts";
import { HistoryEntry, HistoryEntryResolver } from "./history.ts";
import type { RecordKind, VersionedRecord } from "./record-kind.ts";

/** One noun of a subgraph that mutations write: how it is written, read and seen. */
export interface Noun {
  readonly kind: RecordKind<never, never>;
  /** The class that describes its table and its API fields. */
  readonly entity: ClassType;
  /** The root fields and lists that read it; absent where the noun has resolvers of its own for them. */
  readonly read?: Omit<ReadFields, "type">;
  readonly mutations: Readonly<Partial<Record<ActionName, MutationField>>>;
  /** Resolvers of the fields that are special to it. */
  readonly resolvers?: readonly Function[];
  /** Entities of its parts, in tables of their own. */
  readonly parts?: readonly Function[];
  /** Who sees its guarded and sensitive fields, and the types of its parts. */
  readonly fields?: TypeVisibility["fields"];
  readonly types?: VisibilityTable;
}

/** A noun; the only thing it does is to let each noun's kind have types of its own. */
export const defineNoun = <T extends VersionedRecord, Facts>(
  noun: Omit<Noun, "kind"> & { readonly kind: RecordKind<T, Facts> },
): Noun => noun as unknown as Noun;

/** The parts of a subgraph's definition that its nouns make up. */
export interface NounParts {
  readonly entities: Function[];
  readonly resolvers: Function[];
  readonly references: Readonly<Record<string, ReferenceResolver>>;
  readonly visibility: VisibilityTable;
}

/** Assembles nouns into the parts of a subgraph's definition. */
export function assemble(nouns: readonly Noun[], changes: List): NounParts {
  const resolvers = nouns.flatMap(({ kind, entity, read, mutations, resolvers: own = [] }) => {
    const type = () => entity;
    return [
      recordFields(kind, type, changes),
      mutationFields(kind, type, mutations),
      ...(read ? readFields({ ...read, type }) : []),
      ...own,
    ];
  });
  const references = nouns.map(({ kind: { type, source } }): [string, ReferenceResolver] => [
    type,
    ({ id }, ctx, info) => loadRecord(ctx, info, source, id!),
  ]);
  const parts = nouns.flatMap(({ types = {} }) => Object.entries(types));
  const visibility = nouns.map(({ kind: { type, source }, fields }): [string, TypeVisibility] => [
    type,
    { rows: source, ...(fields ? { fields } : {}) },
  ]);
  return {
    entities: [...nouns.flatMap(({ entity, parts = [] }) => [entity, ...parts]), HistoryEntry],
    resolvers: [...resolvers, HistoryEntryResolver],
    references: Object.fromEntries(references),
    visibility: {
      ...Object.fromEntries([...visibility, ...parts]),
      HistoryEntry: { rows: changes.source, fields: { actorId: "GUARDED", changes: "GUARDED" } },
      FieldChange: { rows: "PART" },
    },
  };
}
