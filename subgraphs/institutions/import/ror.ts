import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import { parser } from "stream-json";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { z } from "zod";
import type { IdentifierScheme, NameKind } from "../institution/institution.enums.ts";
import { RelationshipKind } from "../institution/institution.enums.ts";
import type { SourceInstitution, SourceRow } from "./source.ts";
import { domainOf, FileRefused } from "./source.ts";

/** What we read of a record of the Research Organization Registry, schema v2; what else it has is left alone. */
const rorRecord = z.object({
  id: z.string().regex(/^https:\/\/ror\.org\/0[a-z0-9]{6}\d{2}$/, "a ROR id, https://ror.org/0…"),
  status: z.enum(["active", "inactive", "withdrawn"], { error: "active, inactive or withdrawn" }),
  types: z.array(z.string(), { error: "a list of types" }),
  established: z.number().int().nullish(),
  names: z
    .array(
      z.object({ value: z.string().min(1).max(300), types: z.array(z.string()), lang: z.string().nullish() }),
    )
    .min(1, "at least one name"),
  locations: z.array(
    z.object({
      geonames_id: z.number().int(),
      geonames_details: z.object({
        name: z.string().nullish(),
        country_code: z.string().length(2).nullish(),
        country_subdivision_code: z.string().nullish(),
        lat: z.number().min(-90).max(90).nullish(),
        lng: z.number().min(-180).max(180).nullish(),
      }),
    }),
  ),
  domains: z.array(z.string()).default([]),
  links: z.array(z.object({ type: z.string(), value: z.string() })).default([]),
  external_ids: z
    .array(z.object({ type: z.string(), all: z.array(z.string()), preferred: z.string().nullish() }))
    .default([]),
  relationships: z.array(z.object({ type: z.string(), id: z.string() })).default([]),
});

type RorRecord = z.infer<typeof rorRecord>;

/** Reads a ROR v2 dump: one JSON array, record by record, however large. */
export async function* readRor(file: string, onBytes: (read: number) => void): AsyncIterable<SourceRow> {
  let read = 0;
  const bytes = createReadStream(file);
  bytes.on("data", (chunk) => onBytes((read += chunk.length)));
  const records = new PassThrough({ objectMode: true });
  const forward = (error: Error) => records.destroy(error);
  bytes.on("error", forward);
  bytes
    .pipe(parser.asStream())
    .on("error", forward)
    .pipe(streamArray.asStream())
    .on("error", forward)
    .pipe(records);

  const seen = new Set<string>();
  let row = 0;
  try {
    for await (const { value } of records as AsyncIterable<{ value: unknown }>) {
      row++;
      const parsed = rorRecord.safeParse(value);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const got = issue!.path.reduce<unknown>(
          (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
          value,
        );
        yield {
          row,
          problem: {
            row,
            column: issue!.path.join(".") || "(record)",
            expected: issue!.message,
            got: (JSON.stringify(got) ?? "nothing").slice(0, 200),
          },
        };
      } else if (seen.has(parsed.data.id)) {
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
        seen.add(parsed.data.id);
        yield { row, record: toInstitution(parsed.data) };
      }
    }
  } catch (error) {
    throw new FileRefused(`${file} is not a whole JSON array of ROR records: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

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
        ? [{ value, kind: value === display.value ? ("DISPLAY" as const) : kind, lang: lang ?? null }]
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
      country: place.country_code ?? null,
      subdivision: place.country_subdivision_code ?? null,
      city: place.name ?? null,
      latitude: place.lat ?? null,
      longitude: place.lng ?? null,
    })),
    relationships: record.relationships.flatMap(({ type, id }) => {
      const kind = type.toUpperCase();
      return kind in RelationshipKind ? [{ kind: kind as `${RelationshipKind}`, relatedRor: id }] : [];
    }),
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
