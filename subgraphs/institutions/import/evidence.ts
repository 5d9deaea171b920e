import type { RecordPart, SourceInstitution } from "./source.ts";

/** What a register is known to say of one record: the newest of each part, whichever file brought it. */
export interface Evidence {
  readonly record: SourceInstitution;
  /** As of when the record is; the greater text is the newer. */
  readonly asOf: string;
  /**
   * The parts that the file of `asOf` did not have, or not readably, and as of when their values are instead; an empty
   * text where no file has had one.
   */
  readonly kept: Readonly<Partial<Record<RecordPart, string>>>;
}

/** One file's version of a record. */
export interface Version {
  readonly record: SourceInstitution;
  readonly asOf: string;
  readonly unread: readonly RecordPart[];
}

/**
 * Joins a file's version of a record with what is known of it: each part is a last-writer-wins register by the file's
 * age, so that the result is the same whatever the order of the files. Of two files of one age the later import wins,
 * as a correction does.
 */
export function addVersion(known: Evidence | null, version: Version): Evidence {
  if (!known) {
    const { record, asOf, unread } = version;
    return { record, asOf, kept: Object.fromEntries(unread.map((part) => [part, ""])) };
  }
  return version.asOf >= known.asOf ? putAbove(known, version) : putBelow(known, version);
}

function putAbove(known: Evidence, { record, asOf, unread }: Version): Evidence {
  const kept: Partial<Record<RecordPart, string>> = {};
  let result = record;
  for (const part of unread) {
    kept[part] = known.kept[part] ?? known.asOf;
    if (kept[part] !== "") result = takePart(result, part, known.record);
  }
  return { record: result, asOf, kept };
}

function putBelow(known: Evidence, { record, asOf, unread }: Version): Evidence {
  const kept = { ...known.kept };
  let result = known.record;
  for (const [part, keptAsOf] of Object.entries(known.kept) as [RecordPart, string][]) {
    if (unread.includes(part) || keptAsOf > asOf) continue;
    kept[part] = asOf;
    result = takePart(result, part, record);
  }
  return { record: result, asOf: known.asOf, kept };
}

/** A record with one part of another version of it. */
function takePart(record: SourceInstitution, part: RecordPart, from: SourceInstitution): SourceInstitution {
  switch (part) {
    case "OPEID":
    case "EIN":
    case "UEI":
      return withIdentifiers(record, part, from);
    case "website":
      return { ...withIdentifiers(record, "DOMAIN", from), website: from.website };
    case "coordinates":
      return {
        ...record,
        locations: record.locations.map((place, index) =>
          index > 0
            ? place
            : {
                ...place,
                latitude: from.locations[0]?.latitude ?? null,
                longitude: from.locations[0]?.longitude ?? null,
              },
        ),
      };
    case "aliases":
      return {
        ...record,
        names: [
          ...record.names.filter(({ kind }) => kind !== "ALIAS"),
          ...from.names.filter(({ kind, value }) => kind === "ALIAS" && value !== record.name),
        ],
      };
    case "carnegie":
      // What kind of institution it is follows from its class, too.
      return { ...record, carnegie: from.carnegie, type: from.type };
    default:
      return { ...record, [part]: from[part] };
  }
}

/** In the order in which a reader writes them, so that the same evidence is the same text. */
const SCHEMES = ["UNITID", "OPEID", "EIN", "UEI", "DOMAIN"];

function withIdentifiers(
  record: SourceInstitution,
  scheme: SourceInstitution["identifiers"][number]["scheme"],
  from: SourceInstitution,
): SourceInstitution {
  const identifiers = [
    ...record.identifiers.filter((each) => each.scheme !== scheme),
    ...from.identifiers.filter((each) => each.scheme === scheme),
  ].sort((a, b) => SCHEMES.indexOf(a.scheme) - SCHEMES.indexOf(b.scheme));
  return { ...record, identifiers };
}
