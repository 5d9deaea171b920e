import sql, { join } from "sql-template-tag";
import type { RowValues } from "../../shared/data/bulk.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { demoId } from "../../shared/demo/random.ts";
import type { DemoSubject, DemoWorld } from "../../shared/demo/world.ts";
import { IndicatorUnit } from "./indicator/indicator.enums.ts";

const SUBJECTS_AT_ONCE = 200;

/** The demo network's words for units; what isn't listed is points of some scale. */
const UNITS: Readonly<Record<string, IndicatorUnit>> = {
  people: IndicatorUnit.PEOPLE,
  share: IndicatorUnit.SHARE,
  hours: IndicatorUnit.HOURS,
  sessions: IndicatorUnit.THINGS,
  "US dollars": IndicatorUnit.MONEY,
};

/** Money is kept in its smallest unit. */
const CENTS = 100;

/** The numbers that the demo network's indicators, terms and groups have got, by their places in its lists. */
interface Numbers {
  readonly indicators: readonly number[];
  /** By consortium, then by term. */
  readonly periods: readonly (readonly number[])[];
  readonly groups: readonly number[];
}

/** Fills the demo network's figures in; batches that are there already are passed over. */
export async function loadDemo(
  db: Database,
  world: DemoWorld,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const numbers = await db.write((tx) => writeDimensions(tx, world));
  const { institutions, partnerships, programs } = world.counts;
  const total = institutions + partnerships + programs;
  let done = 0;
  let batch: DemoSubject[] = [];
  const flush = async () => {
    await db.write((tx) => writeBatch(tx, world, numbers, batch));
    done += batch.length;
    batch = [];
    onProgress(done, total);
  };
  for (const subject of world.subjects()) {
    batch.push(subject);
    if (batch.length === SUBJECTS_AT_ONCE) await flush();
  }
  if (batch.length > 0) await flush();
}

async function writeDimensions(tx: Transaction, world: DemoWorld): Promise<Numbers> {
  const codes = world.indicators.map(({ code }) => code);
  const readIndicators = () =>
    numbersByKey(tx, sql`SELECT code AS known, no FROM indicator WHERE code IN (${join(codes)})`);
  const knownIndicators = await readIndicators();
  await insertRows(
    tx,
    "indicator",
    INDICATOR_COLUMNS,
    indicatorRows(world).filter(({ code }) => !knownIndicators.has(code as string)),
  );

  const groupCodes = world.groups.map(({ code }) => code);
  const readGroups = () =>
    numbersByKey(tx, sql`SELECT code AS known, no FROM student_group WHERE code IN (${join(groupCodes)})`);
  const knownGroups = await readGroups();
  await insertRows(
    tx,
    "student_group",
    ["id", "code", "dimension", "label"],
    world.groups
      .map(({ code, dimension, label }, index) => ({
        id: demoId("StudentGroup", index),
        code,
        dimension,
        label,
      }))
      .filter(({ code }) => !knownGroups.has(code)),
  );

  const periods: number[][] = [];
  for (const [consortium, { id }] of world.consortia.entries()) {
    const readPeriods = () =>
      numbersByKey(
        tx,
        sql`SELECT starts_on AS known, no FROM period WHERE consortium_id = ${id} AND kind = 'TERM'`,
      );
    const known = await readPeriods();
    await insertRows(
      tx,
      "period",
      ["id", "consortium_id", "kind", "label", "starts_on", "ends_on"],
      world.terms
        .map(({ label, startsOn, endsOn }, term) => ({
          id: demoId("Period", consortium * world.terms.length + term),
          consortium_id: id,
          kind: "TERM",
          label,
          starts_on: startsOn,
          ends_on: endsOn,
        }))
        .filter(({ starts_on }) => !known.has(starts_on)),
    );
    const now = await readPeriods();
    periods.push(world.terms.map(({ startsOn }) => now.get(startsOn)!));
  }
  const indicators = await readIndicators();
  const groups = await readGroups();
  return {
    indicators: codes.map((code) => indicators.get(code)!),
    periods,
    groups: groupCodes.map((code) => groups.get(code)!),
  };
}

async function numbersByKey(
  tx: Transaction,
  statement: Parameters<Transaction["read"]>[0],
): Promise<Map<string, number>> {
  const rows = await tx.read<{ known: string; no: number }>(statement);
  return new Map(rows.map(({ known, no }) => [known, no]));
}

const INDICATOR_COLUMNS = [
  "id",
  "code",
  "name",
  "name_key",
  "definition",
  "numerator",
  "denominator",
  "unit",
  "direction",
  "type",
  "additivity",
  "version",
  "reference_list",
];

function indicatorRows(world: DemoWorld): RowValues[] {
  return world.indicators.map(({ references, unit, ...indicator }, index) => ({
    ...indicator,
    id: demoId("Indicator", index),
    name_key: fold(indicator.name),
    unit: UNITS[unit] ?? IndicatorUnit.POINTS,
    version: 1,
    reference_list: JSON.stringify(references),
  }));
}

const OBSERVATION_COLUMNS = [
  "subject_no",
  "indicator_no",
  "period_no",
  "group_no",
  "revision",
  "version",
  "n",
  "x",
  "value",
  "recorded_at",
];

/** A batch is one transaction: where its last subject is, all of it is. */
async function writeBatch(
  tx: Transaction,
  world: DemoWorld,
  numbers: Numbers,
  batch: readonly DemoSubject[],
): Promise<void> {
  const last = batch[batch.length - 1]!;
  if ((await tx.read(sql`SELECT no FROM subject WHERE subject_id = ${last.id}`)).length > 0) return;
  await insertRows(
    tx,
    "subject",
    ["subject_id", "kind", "consortium_id", "visibility", "partnership_id"],
    batch.map(({ id, kind, consortium, partnershipId }) => ({
      subject_id: id,
      kind,
      consortium_id: world.consortia[consortium]!.id,
      visibility: "CONSORTIUM",
      partnership_id: partnershipId,
    })),
  );
  const ids = batch.map(({ id }) => id);
  const subjects = await numbersByKey(
    tx,
    sql`SELECT subject_id AS known, no FROM subject WHERE subject_id IN (${join(ids)})`,
  );
  await insertRows(tx, "observation", OBSERVATION_COLUMNS, observationRows(world, numbers, batch, subjects));
}

function* observationRows(
  world: DemoWorld,
  numbers: Numbers,
  batch: readonly DemoSubject[],
  subjects: ReadonlyMap<string, number>,
): Generator<RowValues> {
  for (const subject of batch) {
    const no = subjects.get(subject.id)!;
    const periods = numbers.periods[subject.consortium]!;
    for (const { indicator, term, group, revision, n, x, value, recordedAt } of subject.observations()) {
      const scale = world.indicators[indicator]!.unit === "US dollars" ? CENTS : 1;
      yield {
        subject_no: no,
        indicator_no: numbers.indicators[indicator]!,
        period_no: periods[term]!,
        group_no: numbers.groups[group]!,
        revision,
        version: 1,
        n,
        x,
        value: value * scale,
        recorded_at: recordedAt,
      };
    }
  }
}
