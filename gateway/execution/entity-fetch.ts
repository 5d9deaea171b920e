import type { BatchFetchNode, EntityBatchAlias, FetchNode } from "@graphql-hive/router-query-planner";
import type { SubgraphAnswer } from "./ask.ts";
import { ask, malformed } from "./ask.ts";
import { objectsAt, placesAt, representationOf } from "./entities.ts";
import { stringifyJson } from "../json.ts";
import { copyOf, merge } from "./merge.ts";
import { withAliases } from "./operation-parts.ts";
import type { Path } from "./path.ts";
import type { Keys } from "./place-errors.ts";
import { eachExamined, keysOf, placeError } from "./place-errors.ts";
import type { EntityKey } from "./response-keys.ts";
import { entityKeys } from "./response-keys.ts";
import { rewrite, rewritePath } from "./rewrites.ts";
import type { Run, Step, Tools } from "./run.ts";
import type { Representations, SubgraphError } from "./subgraph-executor.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData, own } from "./types.ts";

type EntityNode = FetchNode | BatchFetchNode;

/** What one entry of an entity fetch asks, each representation once, and which objects wait for it. */
interface Batch {
  readonly alias: EntityBatchAlias;
  /** What it asks of each of them. */
  readonly keys: readonly EntityKey[];
  readonly representations: Representations;
  readonly objects: readonly Data[];
  /** For each of the objects the place of its representation. */
  readonly slots: readonly number[];
  /** Where the objects stand in the answer; looked up when an error asks. */
  readonly places: () => ReadonlyMap<Data, readonly Path[]>;
}

/** Turns a fetch of entities into a step. */
export function entityFetch(node: EntityNode, aliases: readonly EntityBatchAlias[], tools: Tools): Step {
  const keys = entityKeys(node.operation);
  const parts = new Map<EntityBatchAlias, EntityNode>();
  const partFor = (alias: EntityBatchAlias): EntityNode => {
    let part = parts.get(alias);
    if (!part) parts.set(alias, (part = node.kind === "BatchFetch" ? withAliases(node, [alias]) : node));
    return part;
  };
  return async (run) => {
    const batches = aliases.map((alias) => collect(alias, keys.get(alias.alias) ?? [], run, tools));
    if (batches.every(({ objects }) => objects.length === 0)) return;
    const answer = await ask(node, representationsOf(batches), run, tools);
    const lost = lostParts(answer, batches);
    if (lost.length < 2) return receive(answer, batches, run, tools);
    receiveKept(answer, batches, run, tools);
    await Promise.all(
      lost.map(async (part) => {
        receive(await ask(partFor(part.alias), representationsOf([part]), run, tools), [part], run, tools);
      }),
    );
  };
}

const representationsOf = (batches: readonly Batch[]): Record<string, Representations> =>
  Object.fromEntries(
    batches.map(({ alias, representations }) => [alias.representationsVariableName, representations]),
  );

/** The entities of a batch in an answer, one for each representation; null when they are not there. */
function entitiesIn({ data }: SubgraphAnswer, { alias, representations }: Batch): readonly unknown[] | null {
  const entities = data?.[alias.alias];
  return Array.isArray(entities) && entities.length === representations.values.length ? entities : null;
}

/**
 * The parts of an answer that were lost together, each of one type under one alias: an error that a subgraph
 * doesn't catch at an entity takes the whole list with it, and the list every other list beside it.
 */
function lostParts(answer: SubgraphAnswer, batches: readonly Batch[]): Batch[] {
  if (!answer.isExecuted) return [];
  return batches.filter((batch) => batch.objects.length > 0 && !entitiesIn(answer, batch)).flatMap(byType);
}

/** A batch for each type of its representations. */
function byType(batch: Batch): Batch[] {
  const { representations, objects, slots } = batch;
  const parts = new Map<unknown, { values: Data[]; texts: string[]; objects: Data[]; slots: number[] }>();
  const moved: number[] = [];
  representations.values.forEach((value, slot) => {
    const type = value["__typename"];
    let part = parts.get(type);
    if (!part) parts.set(type, (part = { values: [], texts: [], objects: [], slots: [] }));
    part.texts.push(representations.texts[slot]!);
    moved.push(part.values.push(value) - 1);
  });
  if (parts.size < 2) return [batch];
  objects.forEach((object, index) => {
    const slot = slots[index]!;
    const part = parts.get(representations.values[slot]!["__typename"])!;
    part.objects.push(object);
    part.slots.push(moved[slot]!);
  });
  return [...parts.values()].map(({ values, texts, ...part }) => ({
    ...batch,
    ...part,
    representations: { values, texts },
  }));
}

function collect(
  alias: EntityBatchAlias,
  keys: readonly EntityKey[],
  { root, variables }: Run,
  { types }: Tools,
): Batch {
  const representations = { values: [] as Data[], texts: [] as string[] };
  const objects: Data[] = [];
  const slots: number[] = [];
  const known = new Map<string, number>();
  for (const path of alias.paths) {
    for (const object of objectsAt(root, path, types)) {
      const representation = representationOf(object, alias.requires, { types, variables });
      if (!representation) continue;
      if (alias.inputRewrites) rewrite(representation, alias.inputRewrites, types);
      const text = stringifyJson(representation);
      let slot = known.get(text);
      if (slot === undefined) {
        known.set(text, (slot = representations.texts.push(text) - 1));
        representations.values.push(representation);
      }
      objects.push(object);
      slots.push(slot);
    }
  }
  let places: ReadonlyMap<Data, readonly Path[]> | undefined;
  return {
    alias,
    keys,
    representations,
    objects,
    slots,
    places: () => (places ??= placesAt(root, alias.paths, types)),
  };
}

/** Puts what an answer has where it belongs: entities into the objects that wait for them, errors at their places. */
function receive(answer: SubgraphAnswer, batches: readonly Batch[], run: Run, tools: Tools): void {
  const blamed = new Set<Batch>();
  const objectsOf = new Map<Batch, ObjectsBySlot>();
  eachExamined(answer.errors, run.errors, (error) => {
    const [key, slot, ...rest] = keysOf(error);
    const batch = batches.find(({ alias }) => alias.alias === key);
    if (!batch || batch.representations.values[slot as number] === undefined) {
      // An error of a whole fetch is an error of each field that it would have brought.
      for (const each of batch ? [batch] : batches) {
        blamed.add(each);
        placeAtObjects(error, each.objects, [], each, run, tools);
      }
      return;
    }
    let objects = objectsOf.get(batch);
    if (!objects) objectsOf.set(batch, (objects = bySlot(batch)));
    placeAtObjects(error, objects.get(slot as number) ?? [], rest, batch, run, tools);
  });
  for (const batch of batches) {
    const entities = entitiesIn(answer, batch);
    if (entities) distribute(entities, batch, run, tools);
    // A null never stands without an error of the field that has failed.
    else if (!blamed.has(batch))
      placeAtObjects(answer.errors[0] ?? malformed, batch.objects, [], batch, run, tools);
  }
}

/** The same for what is not lost of an answer. */
function receiveKept(answer: SubgraphAnswer, batches: readonly Batch[], run: Run, tools: Tools): void {
  const kept = batches.filter((batch) => entitiesIn(answer, batch));
  if (kept.length === 0) return;
  const names = new Set<unknown>(kept.map(({ alias }) => alias.alias));
  const errors = answer.errors.filter((error) => names.has(keysOf(error)[0]));
  receive({ ...answer, errors }, kept, run, tools);
}

/** The objects that wait for each representation. */
type ObjectsBySlot = ReadonlyMap<number, readonly Data[]>;

function bySlot({ objects, slots }: Batch): ObjectsBySlot {
  const found = new Map<number, Data[]>();
  objects.forEach((object, index) => {
    const slot = slots[index]!;
    const waiting = found.get(slot);
    if (waiting) waiting.push(object);
    else found.set(slot, [object]);
  });
  return found;
}

/** Puts each entity into every object that waits for it; each gets values of its own. */
function distribute(entities: readonly unknown[], batch: Batch, run: Run, tools: Tools): void {
  const { alias, objects, slots, representations } = batch;
  const { types } = tools;
  if (alias.outputRewrites) {
    for (const entity of entities) if (isData(entity)) rewrite(entity, alias.outputRewrites, types);
  }
  const isTaken: boolean[] = [];
  const strangers: Data[] = [];
  objects.forEach((object, index) => {
    const slot = slots[index]!;
    const entity = entities[slot];
    if (entity === null) run.absent.add(object);
    else if (isEntity(entity, representations.values[slot]!, types))
      merge(object, isTaken[slot] ? copyOf(entity) : entity, types);
    else strangers.push(object);
    isTaken[slot] = true;
  });
  if (strangers.length > 0) placeAtObjects(malformed, strangers, [], batch, run, tools);
}

/** Whether a subgraph's entity can be that of a representation: an object, and of its type if it says of which. */
function isEntity(entity: unknown, representation: Data, types: TypeRelations): entity is Data {
  if (!isData(entity)) return false;
  const name = own(entity, "__typename");
  const asked = representation["__typename"];
  // One of the two may be the interface that an interface object stands for.
  return (
    typeof name !== "string" ||
    typeof asked !== "string" ||
    types.isSubtype(name, asked) ||
    types.isSubtype(asked, name)
  );
}

/** Places an error inside of objects: at some keys, or at each field that was asked of them when there are none. */
function placeAtObjects(
  error: SubgraphError,
  objects: readonly Data[],
  inside: Keys,
  { alias, keys, places: placesOf }: Batch,
  run: Run,
  { types }: Tools,
): void {
  if (objects.length === 0) return;
  const places = placesOf();
  const most = Math.min(objects.length, run.errors.room);
  for (const object of objects.slice(0, most)) {
    const name = own(object, "__typename");
    const isAsked = ({ type }: EntityKey) =>
      type === null || typeof name !== "string" || types.isSubtype(name, type);
    const fields: readonly Keys[] =
      inside.length > 0 ? [inside] : keys.filter(isAsked).map(({ key }) => [key]);
    const below = (fields.length > 0 ? fields : [[]]).map((at) => rewritePath(at, alias.outputRewrites));
    placeError(error, places.get(object) ?? [], below, run.errors);
  }
  run.errors.omit(objects.length - most);
}
