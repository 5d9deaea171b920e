import { fold } from "../../../shared/data/text.ts";
import type { RowValues } from "../../../shared/data/bulk.ts";
import type { SourceInstitution, SourceLocation } from "./source.ts";

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
 * which they came. IPEDS decides what the US counts by (type, control, level, sector, classifications) and where the
 * institution is; ROR decides its name, website, founding year and relations; closed is what either says has closed;
 * names, identifiers and places add up, IPEDS' first.
 */
export function mergeInstitution(id: string, records: readonly SourceInstitution[]): MergedInstitution {
  const ipeds = records.find(({ source }) => source === "IPEDS");
  const ror = records.find(({ source }) => source === "ROR");
  const counts = (ipeds ?? ror)!;
  const speaks = (ror ?? ipeds)!;
  const locations = mergeLocations(ipeds?.locations ?? [], ror?.locations ?? []);
  const own = locations[0];
  const shown = speaks.names.find(({ value }) => value === speaks.name);
  const names = unique(
    [
      { value: speaks.name, kind: "DISPLAY", lang: shown?.lang ?? null },
      ...[...records].flatMap((each) =>
        each.names.map((name) => (name.kind === "DISPLAY" ? { ...name, kind: "LABEL" } : name)),
      ),
    ],
    ({ value, kind }) => `${kind} ${value}`,
  ).filter(({ kind, value }) => !(kind === "LABEL" && value === speaks.name));
  const identifiers = unique(
    records.flatMap((each) => each.identifiers),
    ({ scheme, value }) => `${scheme} ${value}`,
  );
  return {
    row: {
      id,
      name: speaks.name,
      name_key: keyOf(speaks.name),
      type: counts.type,
      control: counts.control,
      level: counts.level,
      sector: counts.sector,
      carnegie: counts.carnegie,
      locale: counts.locale,
      is_hbcu: counts.isHbcu,
      is_tribal: counts.isTribal,
      is_land_grant: counts.isLandGrant,
      // Registers are late to notice that an institution has closed; none invents it.
      status: speaks.status === "ACTIVE" ? counts.status : speaks.status,
      country: own?.country ?? null,
      subdivision: own?.subdivision ?? null,
      city: own?.city ?? null,
      latitude: own?.latitude ?? null,
      longitude: own?.longitude ?? null,
      website: speaks.website ?? counts.website,
      ror: ror?.key ?? null,
      unitid: ipeds?.key ?? null,
      established: speaks.established,
      new_unitid: ipeds?.newUnitid ?? null,
      is_invented: false,
    },
    names: names.map(({ value, kind, lang }) => ({
      institution_id: id,
      value,
      value_key: keyOf(value),
      kind,
      lang: lang?.slice(0, 8) ?? null,
    })),
    identifiers: identifiers.map((each, index) => ({
      institution_id: id,
      scheme: each.scheme,
      value: each.value,
      is_preferred:
        each.isPreferred &&
        !identifiers.slice(0, index).some(({ scheme, isPreferred }) => isPreferred && scheme === each.scheme),
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

/** The first place is IPEDS', with the GeoNames id that ROR has for the same town; ROR's other places follow. */
function mergeLocations(
  ipeds: readonly SourceLocation[],
  ror: readonly SourceLocation[],
): readonly SourceLocation[] {
  const [first] = ipeds;
  if (!first) return ror;
  const isSame = (place: SourceLocation) =>
    place.country === first.country &&
    (place.subdivision ?? first.subdivision) === first.subdivision &&
    fold(place.city ?? "") === fold(first.city ?? "");
  const same = ror.find(isSame);
  return [{ ...first, geonamesId: same?.geonamesId ?? null }, ...ror.filter((place) => place !== same)];
}

/** The key columns are as wide as the names; folding may make a text longer. */
const keyOf = (name: string) => fold(name).slice(0, 300);

function unique<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map([...values].reverse().map((value) => [keyOf(value), value])).values()].reverse();
}
