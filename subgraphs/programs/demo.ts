import sql from "sql-template-tag";
import { utcNow } from "../../shared/clock.ts";
import type { RowValues } from "../../shared/data/bulk.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { demoId } from "../../shared/demo/random.ts";
import type { DemoProgram } from "../../shared/demo/records.ts";
import type { DemoWorld } from "../../shared/demo/world.ts";
import { publish } from "../../shared/feed/outbox.ts";
import type { Modality, ProgramKind } from "./program/program.enums.ts";
import { programEvent } from "./program/program.feed.ts";

const PROGRAMS_AT_ONCE = 500;

/** Fills the demo network's programs and cohorts in; batches that are there already are passed over. */
export async function loadDemo(
  db: Database,
  world: DemoWorld,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const total = world.counts.programs;
  let done = 0;
  let batch: DemoProgram[] = [];
  const flush = async () => {
    await db.write((tx) => writeBatch(tx, world, batch));
    done += batch.length;
    batch = [];
    onProgress(done, total);
  };
  for (const program of world.programs()) {
    batch.push(program);
    if (batch.length === PROGRAMS_AT_ONCE) await flush();
  }
  if (batch.length > 0) await flush();
}

/** A batch is one transaction: where its last program is, all of it is. */
async function writeBatch(tx: Transaction, world: DemoWorld, batch: readonly DemoProgram[]): Promise<void> {
  const last = batch[batch.length - 1]!;
  const known = await tx.read(sql`SELECT id FROM program WHERE id = ${last.id}`);
  if (known.length > 0) return;
  const now = utcNow();
  const rows = batch.map((program) => programRow(world, program, now));
  const cohorts = batch.flatMap((program) => [...cohortRows(world, program)]);
  await insertRows(tx, "program", Object.keys(rows[0]!), rows);
  await insertRows(tx, "cohort", Object.keys(cohorts[0]!), cohorts);
  await publish(
    tx,
    batch.map((program) =>
      programEvent({
        id: program.id,
        kind: program.kind as ProgramKind,
        title: program.title,
        partnershipId: program.partnership.id,
        providerId: program.providerId,
        hostId: program.hostId,
        cip: program.cip,
        soc: program.soc,
        modality: program.modality as Modality,
        isPaid: program.isPaid,
        startsOn: world.terms[program.firstTerm]!.startsOn,
        endsOn: world.terms[program.lastTerm]!.endsOn,
      }),
    ),
  );
}

function programRow(world: DemoWorld, program: DemoProgram, now: string): RowValues {
  return {
    id: program.id,
    kind: program.kind,
    partnership_id: program.partnership.id,
    provider_id: program.providerId,
    host_id: program.hostId,
    title: program.title,
    title_key: fold(program.title),
    cip: program.cip,
    soc: program.soc,
    capacity: program.capacity,
    is_paid: program.isPaid,
    modality: program.modality,
    starts_on: world.terms[program.firstTerm]!.startsOn,
    ends_on: world.terms[program.lastTerm]!.endsOn,
    hours_planned: program.hoursPlanned,
    hourly_wage_minor: program.hourlyWageMinor,
    currency: program.hourlyWageMinor === null ? null : "USD",
    mentees_per_mentor: program.menteesPerMentor,
    sessions_planned: program.sessionsPlanned,
    language: program.language,
    level: program.level,
    contact_hours: program.contactHours,
    is_invented: true,
    created_at: now,
    updated_at: now,
  };
}

/** One cohort starts in each term that a program runs in. */
function* cohortRows(world: DemoWorld, program: DemoProgram): Generator<RowValues> {
  for (let index = program.firstTerm; index <= program.lastTerm; index++) {
    const term = world.terms[index]!;
    const label = `${program.title}, ${term.label}`;
    yield {
      id: demoId("Cohort", program.index * world.terms.length + index),
      program_id: program.id,
      label,
      label_key: fold(label),
      term: term.label,
      starts_on: term.startsOn,
      ends_on: term.endsOn,
      capacity: program.capacity,
    };
  }
}
