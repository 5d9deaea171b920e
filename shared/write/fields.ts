import type { GraphQLResolveInfo } from "graphql";
import { raw } from "sql-template-tag";
import type { ClassType } from "type-graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Action, ActionName } from "../auth/actions.ts";
import { actionOf } from "../auth/actions.ts";
import type { SubgraphContext } from "../data/loaders.ts";
import { loadRecord } from "../data/loaders.ts";
import type { List, ListArgs } from "../graphql/list.ts";
import { ActionEnum, HistoryConnection } from "./history.ts";
import type { RecordKind, VersionedRecord } from "./record-kind.ts";
import { readRecords } from "./rows.ts";

/*
 * The fields that every noun has are made here from its kind, its list and its mutations, as the resolver classes
 * that type-graphql takes. A field that is special to a noun is written in the noun's own resolver.
 */

type Row = { readonly id: string };

/** A decorated method for a class made here: decorates the prototype's function `name`, and its parameters. */
function method(
  target: object,
  name: string,
  run: (...args: never[]) => unknown,
  decorator: MethodDecorator,
  parameters: readonly ParameterDecorator[],
): void {
  Object.defineProperty(target, name, { value: run, writable: true, configurable: true });
  parameters.forEach((decorate, index) => decorate(target, name, index));
  decorator(target, name, Object.getOwnPropertyDescriptor(target, name)!);
}

/** `viewerCan` and `history` of the records of a kind. */
export function recordFields<T extends VersionedRecord, Facts>(
  kind: RecordKind<T, Facts>,
  type: () => ClassType,
  history: List,
): Function {
  @Resolver(type)
  class RecordFields {
    @FieldResolver(() => [ActionEnum], {
      description:
        "The mutations that you may make with this record and what hangs on it. A mutation that is named here can still be refused for its input or the record's state, never for your rights.",
    })
    viewerCan(@Root() { id }: Row, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
      return viewerCan(ctx, info, kind, id);
    }

    @FieldResolver(() => HistoryConnection, { description: "Its changes, newest first." })
    history(
      @Root() { id }: Row,
      @Args(() => history.args) args: ListArgs,
      @Ctx() ctx: SubgraphContext,
      @Info() info: GraphQLResolveInfo,
    ) {
      return history.load(ctx, info, args, { column: raw("h.record_id"), key: id, isUnbounded: true });
    }
  }
  return RecordFields;
}

/** The actions that a viewer may take with a record; those of all records of a level are decided together. */
async function viewerCan<T extends VersionedRecord, Facts>(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  { source, facts, policy }: RecordKind<T, Facts>,
  id: string,
): Promise<readonly Action[]> {
  if (ctx.viewer.kind === "VISITOR") return [];
  const actions = await ctx.loaders.load(info, `actions of ${source.record.name}`, id, async (ids) => {
    const records = [...(await readRecords<T>(ctx.db, source, ctx.viewer, ids as string[])).values()];
    const known = await facts(ctx.db, records);
    const names = Object.keys(policy) as ActionName[];
    return new Map(
      records.map((record, index) => {
        const may = names.filter((name) => policy[name]!.may(ctx.viewer, known[index]!));
        return [record.id, may.map(actionOf)];
      }),
    );
  });
  return actions ?? [];
}

/** Where the records of a kind hang: a type, its field that lists them, and their column with the type's id. */
export interface ListedOn {
  readonly type: () => ClassType;
  readonly field: string;
  readonly column: string;
  readonly description: string;
}

/** How the records of a kind are read: the root fields for one and for all, and the lists on what they hang on. */
export interface ReadFields {
  readonly type: () => ClassType;
  readonly connection: () => ClassType;
  readonly list: List;
  /** Names of the two root fields, such as `agreement` and `agreements`. */
  readonly one: string;
  readonly many: string;
  /** What the records are called in descriptions, such as "agreements". */
  readonly plural: string;
  readonly on?: readonly ListedOn[];
}

/** The resolvers of the fields that read the records of a kind. */
export function readFields({ type, connection, list, one, many, plural, on = [] }: ReadFields): Function[] {
  @Resolver(type)
  class RootFields {}
  method(
    RootFields.prototype,
    one,
    (id: string, ctx: SubgraphContext, info: GraphQLResolveInfo) => loadRecord(ctx, info, list.source, id),
    Query(type, {
      nullable: true,
      description: `One of the ${plural} by its id; null when there is none that you may see.`,
    }),
    [Arg("id", () => ID) as ParameterDecorator, Ctx() as ParameterDecorator, Info() as ParameterDecorator],
  );
  method(
    RootFields.prototype,
    many,
    (args: ListArgs, ctx: SubgraphContext, info: GraphQLResolveInfo) => list.load(ctx, info, args),
    Query(connection, { nullable: true, description: `The ${plural} that you may see.` }),
    [Args(() => list.args) as ParameterDecorator, Ctx() as ParameterDecorator, Info() as ParameterDecorator],
  );
  return [RootFields, ...on.map((parent) => listField(parent, connection, list))];
}

/** The resolver of a field that lists the records of a kind that hang on another record. */
function listField({ type, field, column, description }: ListedOn, connection: () => ClassType, list: List) {
  @Resolver(type)
  class ListField {}
  method(
    ListField.prototype,
    field,
    ({ id }: Row, args: ListArgs, ctx: SubgraphContext, info: GraphQLResolveInfo) =>
      list.load(ctx, info, args, { column: raw(column), key: id, isUnbounded: true }),
    FieldResolver(connection, { description }),
    [
      Root() as ParameterDecorator,
      Args(() => list.args) as ParameterDecorator,
      Ctx() as ParameterDecorator,
      Info() as ParameterDecorator,
    ],
  );
  return ListField;
}

/** A mutation as a field: its input, its description, and the function that does it and answers the record's id. */
export interface MutationField {
  readonly input: ClassType<object>;
  readonly description: string;
  readonly run: (ctx: SubgraphContext, input: never) => Promise<string>;
}

/** A mutation's field; the function and the input's class have to fit. */
export const mutation = <Input extends object>(
  run: (ctx: SubgraphContext, input: Input) => Promise<string>,
  input: ClassType<Input>,
  description: string,
): MutationField => ({ run, input, description });

/**
 * The resolver of a kind's mutations: each answers with the record as the viewer sees it afterwards, read by the same
 * rules as any other read.
 */
export function mutationFields<T extends VersionedRecord, Facts>(
  { source }: Pick<RecordKind<T, Facts>, "source">,
  type: () => ClassType,
  mutations: Readonly<Partial<Record<ActionName, MutationField>>>,
): Function {
  @Resolver(type)
  class MutationFields {}
  for (const [name, { input, description, run }] of Object.entries(mutations)) {
    method(
      MutationFields.prototype,
      name,
      async (given: never, ctx: SubgraphContext, info: GraphQLResolveInfo) =>
        loadRecord(ctx, info, source, await run(ctx, given)),
      Mutation(type, { nullable: true, description }),
      [
        Arg("input", () => input) as ParameterDecorator,
        Ctx() as ParameterDecorator,
        Info() as ParameterDecorator,
      ],
    );
  }
  return MutationFields;
}
