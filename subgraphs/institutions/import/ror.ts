import { createReadStream } from "node:fs";
import { PassThrough, Transform } from "node:stream";
import { parser } from "stream-json";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { z } from "zod";
import type { IdentifierScheme, NameKind } from "../institution/institution.enums.ts";
import { RelationshipKind } from "../institution/institution.enums.ts";
import { requireUtf8 } from "./encoding.ts";
import { seemsToBe } from "./sniff.ts";
import type { ReadListeners, RowProblem, SourceInstitution, SourceRow } from "./source.ts";
import { domainOf, FileRefused, flawOf, hasBalancedQuotes, KeySet } from "./source.ts";

const rorId = z.string().regex(/^https:\/\/ror\.org\/0[a-z0-9]{6}\d{2}$/, "a ROR id, https://ror.org/0…");
const code = (pattern: RegExp, expected: string) => z.string().trim().regex(pattern, expected);

/**
 * What we read of a record of the Research Organization Registry, schema v2; what else it has is left alone. The
 * limits are those of our columns: the embedded database would take more, MariaDB would stop the whole file.
 */
const rorRecord = z.object({
  id: rorId,
  status: z.enum(["active", "inactive", "withdrawn"], { error: "active, inactive or withdrawn" }),
  types: z.array(z.string(), { error: "a list of types" }),
  established: z.number().int().min(0).max(9999).nullish(),
  names: z
    .array(
      z.object({
        value: z
          .string()
          .trim()
          .min(1, "a name")
          .max(300, "at most 300 characters")
          .refine((name) => flawOf(name) === null, "a name without broken or control characters")
          .refine(hasBalancedQuotes, "a name with each quote closed"),
        types: z.array(z.string()),
        lang: code(/^[\x20-\x7e]{0,8}$/, "a language code").nullish(),
      }),
    )
    .min(1, "at least one name"),
  locations: z.array(
    z.object({
      geonames_id: z.number().int().min(0).max(2_147_483_647),
      geonames_details: z.object({
        name: z.string().trim().max(100, "at most 100 characters").nullish(),
        country_code: code(/^[A-Z]{2}$/, "a country code of two letters").nullish(),
        country_subdivision_code: code(/^[A-Z0-9-]{1,8}$/, "a subdivision code").nullish(),
        lat: z.number().min(-90).max(90).nullish(),
        lng: z.number().min(-180).max(180).nullish(),
      }),
    }),
  ),
  domains: z.array(z.string()).default([]),
  links: z.array(z.object({ type: z.string(), value: z.string() })).default([]),
  external_ids: z
    .array(
      z.object({
        type: z.string(),
        all: z.array(
          code(/^[\x21-\x7e][\x20-\x7e]{0,118}$/, "an identifier of at most 119 ASCII characters"),
        ),
        preferred: z.string().trim().nullish(),
      }),
    )
    .default([]),
  relationships: z.array(z.object({ type: z.string(), id: rorId })).default([]),
  admin: z
    .object({ last_modified: z.object({ date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }) })
    .nullish()
    .catch(null),
});

type RorRecord = z.infer<typeof rorRecord>;

/** Reads a ROR v2 dump: one JSON array, record by record, however large. */
export async function* readRor(file: string, { onBytes }: ReadListeners): AsyncIterable<SourceRow> {
  const kind = await seemsToBe(file);
  if (kind.format !== "JSON_ARRAY") {
    const seems = kind.hint ?? "text, or empty";
    throw new FileRefused(`${file} is not a whole JSON array of ROR records; it seems to be ${seems}.`);
  }
  await requireUtf8(file);
  let read = 0;
  const bytes = createReadStream(file);
  bytes.on("data", (chunk) => onBytes?.((read += chunk.length)));
  const records = new PassThrough({ objectMode: true });
  const forward = (error: Error) => records.destroy(error);
  bytes.on("error", forward);
  bytes
    .pipe(limitRecords(file))
    .on("error", forward)
    .pipe(parser.asStream())
    .on("error", forward)
    .pipe(streamArray.asStream())
    .on("error", forward)
    .pipe(records);

  const seen = new KeySet();
  let row = 0;
  try {
    for await (const { value } of records as AsyncIterable<{ value: unknown }>) {
      row++;
      if (row === 1 && isOfSchemaV1(value)) {
        throw new FileRefused(
          `${file} is of ROR's schema v1; expected schema v2, which the dumps have since 2024.`,
        );
      }
      const parsed = rorRecord.safeParse(value);
      if (!parsed.success) {
        yield { row, problem: { row, ...problemOf(parsed.error.issues[0]!, value) }, ...keyOf(value) };
      } else if (!seen.add(parsed.data.id)) {
        yield {
          row,
          problem: {
            row,
            column: "id",
            expected: "each record once in a file",
            got: `${parsed.data.id} again`,
          },
        };
      } else {
        const date = parsed.data.admin?.last_modified.date ?? null;
        yield { row, record: toInstitution(parsed.data), unread: [], date };
      }
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused(
      `${file} is not a whole JSON array of ROR records: ${(error as Error).message.replace(/\.$/, "")}.`,
      {
        cause: error,
      },
    );
  }
}

function problemOf(issue: z.core.$ZodIssue, record: unknown): Omit<RowProblem, "row"> {
  const got = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    record,
  );
  return {
    column: issue.path.join(".") || "(record)",
    expected: issue.message.replace(/^Invalid input: expected (\w+), received .*$/, "$1"),
    got: (JSON.stringify(got) ?? "nothing").slice(0, 200),
  };
}

/** The key of a record that is not taken, where it can be read. */
function keyOf(value: unknown): { key?: string } {
  const { data } = rorId.safeParse((value as { id?: unknown } | null)?.id);
  return data === undefined ? {} : { key: data };
}

/** Longest record, in bytes; the largest real ones, of whole systems, have some hundred thousand. */
const LONGEST_RECORD = 8_000_000;

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN, CLOSE_LIST, CLOSE, COMMA] = [...'"\\[{]},'].map((sign) =>
  sign.charCodeAt(0),
);

/** Lets the bytes of an array through and stops where one of its records goes on without an end: it would be held whole. */
function limitRecords(file: string): Transform {
  let depth = 0;
  let length = 0;
  let records = 0;
  let isText = false;
  let isEscaped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) {
        length++;
        if (isEscaped) isEscaped = false;
        else if (isText) {
          if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) isText = false;
        } else if (byte === QUOTE) isText = true;
        else if (byte === OPEN || byte === OPEN_LIST) {
          if (depth++ === 1) records++;
        } else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 1) length = 0;
        if (depth <= 1 && !isText && byte === COMMA) length = 0;
      }
      if (length <= LONGEST_RECORD) return done(null, chunk);
      const size = LONGEST_RECORD.toLocaleString("en");
      done(
        new FileRefused(
          `${file} has a record that is too long: record ${records} goes on for more than ${size} bytes.`,
        ),
      );
    },
  });
}

function isOfSchemaV1(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "country" in value &&
    !("names" in value)
  );
}

/** Territories that are countries to GeoNames and states to IPEDS: as states, one finds both under one of them. */
const TERRITORIES = new Set(["AS", "GU", "MP", "PR", "VI"]);

const NAME_KINDS: readonly (readonly [string, `${NameKind}`])[] = [
  ["ror_display", "DISPLAY"],
  ["label", "LABEL"],
  ["acronym", "ACRONYM"],
  ["alias", "ALIAS"],
];

const SCHEMES: Readonly<Record<string, `${IdentifierScheme}`>> = {
  isni: "ISNI",
  grid: "GRID",
  wikidata: "WIKIDATA",
  fundref: "FUNDREF",
};

function toInstitution(record: RorRecord): SourceInstitution {
  const display = record.names.find(({ types }) => types.includes("ror_display")) ?? record.names[0]!;
  const website = record.links.find(({ type }) => type === "website")?.value.slice(0, 500) ?? null;
  const domains = new Set(
    [...record.domains, website].map((each) => domainOf(each)).filter((each) => each !== null),
  );
  return {
    source: "ROR",
    key: record.id,
    name: display.value,
    type: typeOf(display.value, record.types),
    control: null,
    level: null,
    sector: null,
    carnegie: null,
    locale: null,
    isHbcu: null,
    isTribal: null,
    isLandGrant: null,
    status: record.status.toUpperCase() as SourceInstitution["status"],
    website,
    established: record.established ?? null,
    isEducation: record.types.includes("education"),
    names: record.names.flatMap(({ value, types, lang }) => {
      const kind = NAME_KINDS.find(([type]) => types.includes(type))?.[1];
      return kind
        ? [{ value, kind: value === display.value ? ("DISPLAY" as const) : kind, lang: lang || null }]
        : [];
    }),
    identifiers: [
      { scheme: "ROR", value: record.id, isPreferred: true },
      ...record.external_ids.flatMap(({ type, all, preferred }) => {
        const scheme = SCHEMES[type];
        return scheme
          ? all.map((value) => ({ scheme, value, isPreferred: value === preferred || all.length === 1 }))
          : [];
      }),
      ...[...domains].map((value, index) => ({ scheme: "DOMAIN" as const, value, isPreferred: index === 0 })),
    ],
    locations: record.locations.map(({ geonames_id, geonames_details: place }) => ({
      geonamesId: geonames_id,
      ...(TERRITORIES.has(place.country_code ?? "")
        ? { country: "US", subdivision: place.country_code! }
        : { country: place.country_code ?? null, subdivision: place.country_subdivision_code ?? null }),
      city: place.name || null,
      latitude: place.lat ?? null,
      longitude: place.lng ?? null,
    })),
    relationships: record.relationships.flatMap(({ type, id }) => {
      const kind = type.toUpperCase();
      return kind in RelationshipKind ? [{ kind: kind as `${RelationshipKind}`, relatedRor: id }] : [];
    }),
    newUnitid: null,
  };
}

/** ROR says "education" and no more: the rest is what a name states by itself, and OTHER where it states nothing. */
function typeOf(name: string, types: readonly string[]): SourceInstitution["type"] {
  if (!types.includes("education")) return types.includes("facility") ? "RESEARCH_INSTITUTE" : "OTHER";
  if (/\b(university|college) system\b|\bsystem of (higher education|colleges)/i.test(name))
    return "UNIVERSITY_SYSTEM";
  if (/\buniversity\b/i.test(name)) return "UNIVERSITY";
  if (/\bcommunity college\b/i.test(name)) return "COMMUNITY_COLLEGE";
  if (/\btechnical (college|institute|school)\b/i.test(name)) return "TECHNICAL_COLLEGE";
  if (/\bcollege\b/i.test(name)) return "COLLEGE";
  if (/\bschool district\b|\b(public|city|county) schools$/i.test(name)) return "SCHOOL_DISTRICT";
  return "OTHER";
}
