import { fold } from "../../../shared/data/text.ts";
import type { RowValues } from "../../../shared/data/bulk.ts";
import type { SourceInstitution } from "./source.ts";

/** An institution as its tables take it. */
export interface MergedInstitution {
  readonly row: RowValues;
  readonly names: readonly RowValues[];
  readonly identifiers: readonly RowValues[];
  readonly locations: readonly RowValues[];
  readonly relationships: readonly RowValues[];
}

/**
 * Makes one institution of what the registers say of it. It depends on the records alone, not on the order in
 * which they came: IPEDS decides what the US counts by (type, control, level, sector, classifications) and where
 * the institution is; ROR decides its name, its founding year and its relations; names and identifiers add up.
 */
export function mergeInstitution(id: string, records: readonly SourceInstitution[]): MergedInstitution {
  const ipeds = records.find(({ source }) => source === "IPEDS");
  const ror = records.find(({ source }) => source === "ROR");
  const counts = (ipeds ?? ror)!;
  const speaks = (ror ?? ipeds)!;
  const locations = counts.locations.length > 0 ? counts.locations : speaks.locations;
  const own = locations[0];
  const names = unique(
    [
      { value: speaks.name, kind: "DISPLAY", lang: speaks.names[0]?.lang ?? null },
      ...[...records].flatMap((each) =>
        each.names.map((name) => (name.kind === "DISPLAY" ? { ...name, kind: "LABEL" } : name)),
      ),
    ],
    ({ value, kind }) => `${kind} ${value}`,
  ).filter(({ kind, value }) => !(kind === "LABEL" && value === speaks.name));
  return {
    row: {
      id,
      name: speaks.name,
      name_key: fold(speaks.name),
      type: counts.type,
      control: counts.control,
      level: counts.level,
      sector: counts.sector,
      carnegie: counts.carnegie,
      locale: counts.locale,
      is_hbcu: counts.isHbcu,
      is_tribal: counts.isTribal,
      is_land_grant: counts.isLandGrant,
      status: counts.status,
      country: own?.country ?? null,
      subdivision: own?.subdivision ?? null,
      city: own?.city ?? null,
      latitude: own?.latitude ?? null,
      longitude: own?.longitude ?? null,
      website: speaks.website ?? counts.website,
      ror: ror?.key ?? null,
      unitid: ipeds?.key ?? null,
      established: speaks.established,
      is_invented: false,
    },
    names: names.map(({ value, kind, lang }) => ({
      institution_id: id,
      value,
      value_key: fold(value),
      kind,
      lang: lang?.slice(0, 8) ?? null,
    })),
    identifiers: unique(
      records.flatMap((each) => each.identifiers),
      ({ scheme, value }) => `${scheme} ${value}`,
    ).map(({ scheme, value, isPreferred }) => ({
      institution_id: id,
      scheme,
      value: value.slice(0, 120),
      is_preferred: isPreferred,
    })),
    locations: locations.map(({ geonamesId, country, subdivision, city, latitude, longitude }, position) => ({
      institution_id: id,
      position,
      geonames_id: geonamesId,
      country,
      subdivision,
      city,
      latitude,
      longitude,
    })),
    relationships: unique(speaks.relationships, ({ kind, relatedRor }) => `${kind} ${relatedRor}`).map(
      ({ kind, relatedRor }) => ({
        institution_id: id,
        kind,
        related_ror: relatedRor,
        related_id: null,
      }),
    ),
  };
}

function unique<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map([...values].reverse().map((value) => [keyOf(value), value])).values()].reverse();
}
