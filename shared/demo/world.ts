import { GROUPS, INDICATORS } from "./indicators.ts";
import { CONSORTIA, institution, partner, partnership, SIZES, TERMS } from "./network.ts";
import type { DemoObservation } from "./observations.ts";
import { institutionObservations, partnershipObservations, programObservations } from "./observations.ts";
import { program } from "./programs.ts";
import type { DemoInstitution, DemoPartner, DemoPartnership, DemoProgram } from "./records.ts";

/** What screens say where the demo network may show. */
export const DEMO_NOTICE = "In the demo network all names and figures are made up.";

/** Something that figures are about, and its figures. */
export interface DemoSubject {
  readonly id: string;
  readonly kind: "INSTITUTION" | "PARTNERSHIP" | "PROGRAM";
  /** Place of its consortium in `consortia`. */
  readonly consortium: number;
  readonly partnershipId: string | null;
  observations(): Iterable<DemoObservation>;
}

/** The demo network at some scale: counts, and records that are made one by one as they are asked for. */
export interface DemoWorld {
  readonly scale: number;
  readonly counts: {
    readonly institutions: number;
    readonly partners: number;
    readonly partnerships: number;
    readonly programs: number;
  };
  readonly consortia: typeof CONSORTIA;
  readonly terms: typeof TERMS;
  readonly indicators: typeof INDICATORS;
  readonly groups: typeof GROUPS;
  institutions(): Iterable<DemoInstitution>;
  partners(): Iterable<DemoPartner>;
  partnerships(): Iterable<DemoPartnership>;
  programs(): Iterable<DemoProgram>;
  /** Every subject with its figures: institutions, then partnerships, then programs. */
  subjects(): Iterable<DemoSubject>;
}

/**
 * The demo network, `scale` times as large as it usually is. Every record is a function of its number, so that
 * four subgraphs make the same network without asking each other, and none of them holds it in memory.
 */
export function demoWorld({ scale = 1 }: { readonly scale?: number } = {}): DemoWorld {
  const counts = {
    institutions: SIZES.institutions * scale,
    partners: SIZES.partners * scale,
    partnerships: SIZES.partnerships * scale,
    programs: SIZES.programs * scale,
  };
  return {
    scale,
    counts,
    consortia: CONSORTIA,
    terms: TERMS,
    indicators: INDICATORS,
    groups: GROUPS,
    institutions: () => each(counts.institutions, institution),
    partners: () => each(counts.partners, partner),
    partnerships: () => each(counts.partnerships, (index) => partnership(index, scale)),
    programs: () => each(counts.programs, (index) => program(index, scale)),
    *subjects() {
      for (const { id, consortium, index } of each(counts.institutions, institution)) {
        yield {
          id,
          kind: "INSTITUTION",
          consortium,
          partnershipId: null,
          observations: () => institutionObservations(index),
        };
      }
      for (const record of each(counts.partnerships, (index) => partnership(index, scale))) {
        const { id, consortium } = record;
        yield {
          id,
          kind: "PARTNERSHIP",
          consortium,
          partnershipId: id,
          observations: () => partnershipObservations(record, programsOf(record.index, scale)),
        };
      }
      for (const record of each(counts.programs, (index) => program(index, scale))) {
        const { id, partnership: under } = record;
        yield {
          id,
          kind: "PROGRAM",
          consortium: under.consortium,
          partnershipId: under.id,
          observations: () => programObservations(record),
        };
      }
    },
  };
}

/** The programs of a partnership are among the four that its pair of partnerships shares. */
function programsOf(partnershipIndex: number, scale: number): DemoProgram[] {
  const first = Math.floor(partnershipIndex / 2) * 4;
  return [0, 1, 2, 3]
    .map((offset) => program(first + offset, scale))
    .filter(({ partnership: under }) => under.index === partnershipIndex);
}

function* each<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index++) yield make(index);
}
