import type { RowValues } from "../../shared/data/bulk.ts";
import type { Database } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import { newId } from "../../shared/ids.ts";
import { insert } from "../metrics/records.ts";

const PREFIX = {
  INTERNSHIP: "Internship",
  MENTORING: "MentoringProgram",
  CODING_COURSE: "CodingCourse",
} as const;

/** Registers a program under a partnership; an internship unless told otherwise. Answers its id. */
export async function aProgram(db: Database, row: RowValues & { partnership_id: string }): Promise<string> {
  const kind = (row["kind"] ?? "INTERNSHIP") as keyof typeof PREFIX;
  const id = newId(PREFIX[kind]);
  const title = (row["title"] ?? "A program") as string;
  await insert(db, "program", {
    id,
    kind,
    title,
    title_key: fold(title),
    modality: "HYBRID",
    starts_on: "2025-01-13",
    is_invented: true,
    created_at: "2026-01-01 00:00:00.000000",
    updated_at: "2026-01-01 00:00:00.000000",
    ...row,
  });
  return id;
}

/** Registers a cohort of a program. Answers its id. */
export async function aCohort(db: Database, row: RowValues & { program_id: string }): Promise<string> {
  const id = newId("Cohort");
  await insert(db, "cohort", {
    id,
    label: "A cohort",
    label_key: "a cohort",
    starts_on: "2025-01-13",
    ...row,
  });
  return id;
}
