import { basename } from "node:path";
import { FileRefused } from "./source.ts";
import type { Source } from "./source.ts";

/** A year, a month or a day, as `--as-of` takes it. */
const AS_OF = /^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

/** As of when a file is, and how that is known. */
export interface Release {
  readonly asOf: string;
  readonly knownBy: "OPTION" | "NAME" | "CONTENT";
}

/** A file of which nothing tells as of when it is: somebody has to say it. */
export class ReleaseUnknown extends FileRefused {
  override name = "ReleaseUnknown";
}

/** Refuses what is no year, month or day. */
function requireAsOf(text: string): string {
  if (AS_OF.test(text)) return text;
  throw new FileRefused(`Expected a year, month or day, such as 2023 or 2023-10-31; got "${text}".`);
}

/** Finds out as of when a file is: as it is told, by the file's name, or by what its rows tell. */
export class ReleaseClues {
  private readonly dates = new Map<string, number>();

  constructor(private readonly source: Source) {}

  /** Takes note of a day or a year that a row tells. */
  add(date: string | null): void {
    if (date !== null) this.dates.set(date, (this.dates.get(date) ?? 0) + 1);
  }

  /** As of when the file is; throws when nothing tells. */
  release(file: string, told?: string): Release {
    if (told !== undefined) return { asOf: requireAsOf(told), knownBy: "OPTION" };
    const named = this.inName(basename(file));
    if (named) return { asOf: named, knownBy: "NAME" };
    const content = this.source === "ROR" ? this.latest() : this.mostFrequent();
    if (content) return { asOf: content, knownBy: "CONTENT" };
    const expected =
      this.source === "ROR"
        ? "the day of its release in its name (v1.59-2025-01-23-ror-data.json) or dated records"
        : "its year in its name (hd2023.csv) or closed units with their year";
    throw new ReleaseUnknown(
      `Nothing tells as of when ${file} is: expected ${expected}. Say it, as in --as-of 2023, so that no older value replaces a newer one.`,
    );
  }

  private inName(name: string): string | null {
    const day = /(?<!\d)((?:19|20)\d\d-\d\d-\d\d)(?!\d)/.exec(name)?.[1];
    if (day && AS_OF.test(day)) return day;
    return (
      /hd((?:19|20)\d\d)(?!\d)/i.exec(name)?.[1] ?? /(?<!\d)((?:19|20)\d\d)(?!\d)/.exec(name)?.[1] ?? null
    );
  }

  /** A dump has every record; the day of its last change is as late as the dump can be told to be. */
  private latest(): string | null {
    return [...this.dates.keys()].sort().at(-1) ?? null;
  }

  /** A year's file has the units that ended in that year, and a few that ended in another. */
  private mostFrequent(): string | null {
    const byCount = [...this.dates].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1));
    return byCount[0]?.[0] ?? null;
  }
}
