import sql from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import {
  BooleanFilter,
  defineFilter,
  enumFilter,
  FloatFilter,
  IdFilter,
  IntFilter,
  StringFilter,
} from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import {
  InstitutionControl,
  InstitutionLevel,
  InstitutionStatus,
  InstitutionType,
} from "./institution.enums.ts";
import {
  Identifier,
  InstitutionLocation,
  InstitutionName,
  InstitutionRelationship,
} from "./institution-parts.ts";
import { Institution } from "./institution.ts";

/** The registry is open: everybody sees all of it. */
const everybody = () => sql`1 = 1`;

/** Everybody, once the import that brings it is over. */
const everybodyWhenImported = () =>
  sql`NOT EXISTS (SELECT 1 FROM institution_pending pending WHERE pending.id = i.id)`;

/** How institutions are read. */
export const institutions: RecordSource = {
  record: Institution,
  alias: "i",
  visible: everybodyWhenImported,
  always: ["id"],
  aliases: "record_alias",
};

const part = (record: RecordSource["record"], alias: string, always: string[]): RecordSource => ({
  record,
  alias,
  visible: everybody,
  always,
});

export const institutionNames = part(InstitutionName, "n", ["value"]);
export const identifiers = part(Identifier, "d", ["value"]);
export const institutionLocations = part(InstitutionLocation, "l", ["position"]);
export const institutionRelationships = part(InstitutionRelationship, "r", ["relatedId"]);

export const institutionFilter = defineFilter("InstitutionFilter", "Which institutions to list.", {
  name: {
    type: StringFilter,
    column: column("i.name"),
    folded: column("i.name_key"),
    description: "Its name.",
  },
  type: {
    type: enumFilter("InstitutionType", InstitutionType),
    column: column("i.type"),
    description: "Its kind.",
  },
  control: {
    type: enumFilter("InstitutionControl", InstitutionControl),
    column: column("i.control"),
    description: "Who governs it.",
  },
  level: {
    type: enumFilter("InstitutionLevel", InstitutionLevel),
    column: column("i.level"),
    description: "Length of its longest programs.",
  },
  sector: { type: IntFilter, column: column("i.sector"), description: "IPEDS SECTOR." },
  carnegie: { type: IntFilter, column: column("i.carnegie"), description: "Basic Carnegie classification." },
  locale: { type: IntFilter, column: column("i.locale"), description: "NCES locale." },
  isHbcu: {
    type: BooleanFilter,
    column: column("i.is_hbcu"),
    description: "Historically Black college or university.",
  },
  isTribal: { type: BooleanFilter, column: column("i.is_tribal"), description: "Tribal college." },
  isLandGrant: {
    type: BooleanFilter,
    column: column("i.is_land_grant"),
    description: "Land-grant institution.",
  },
  status: {
    type: enumFilter("InstitutionStatus", InstitutionStatus),
    column: column("i.status"),
    description: "Whether it goes on.",
  },
  country: { type: StringFilter, column: column("i.country"), isCode: true, description: "Its country." },
  subdivision: {
    type: StringFilter,
    column: column("i.subdivision"),
    isCode: true,
    description: "Its state or province.",
  },
  city: { type: StringFilter, column: column("i.city"), description: "Its town." },
  latitude: { type: FloatFilter, column: column("i.latitude"), description: "Degrees north." },
  longitude: { type: FloatFilter, column: column("i.longitude"), description: "Degrees east." },
  ror: { type: IdFilter, column: column("i.ror"), description: "Its ROR id." },
  unitid: { type: IdFilter, column: column("i.unitid"), description: "Its IPEDS unit id." },
  isInvented: {
    type: BooleanFilter,
    column: column("i.is_invented"),
    description: "Whether it belongs to the demo network.",
  },
});

export const institutionOrder = defineOrder(
  "InstitutionOrder",
  {
    NAME: { expression: column("i.name_key"), description: "By name, whatever its case and accents." },
    CITY: { expression: sql`COALESCE(i.city, '')`, description: "By town; those without one first." },
  },
  { id: column("i.id"), default: [{ field: "NAME" }] },
);
