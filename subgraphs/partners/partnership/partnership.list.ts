import type { GraphQLResolveInfo } from "graphql";
import sql, { raw } from "sql-template-tag";
import type { RecordSource, SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import type { PageRequest } from "../../../shared/data/page.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import {
  DateFilter,
  defineFilter,
  enumFilter,
  IdFilter,
  StringFilter,
} from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { partnershipIsVisible } from "../../../shared/projection/partnership.ts";
import type { PartnershipTables } from "../../../shared/projection/sharing.ts";
import {
  Modality,
  PartnershipScope,
  PartnershipStage,
  PartnershipSubtype,
  PartnershipType,
  PartnershipVisibility,
} from "./partnership.enums.ts";
import { PartnershipParty } from "./partnership-party.ts";
import { seesAmounts } from "./partnership.visibility.ts";
import { Partnership } from "./partnership.ts";

/** Where partnerships and their parties stand. */
export const PARTNERSHIPS: PartnershipTables = { partnership: "partnership", party: "partnership_party" };

/** How partnerships are read. */
export const partnerships: RecordSource = {
  record: Partnership,
  alias: "p",
  visible: (viewer) => partnershipIsVisible(viewer, "p", PARTNERSHIPS.party),
  // Its id, by which the equity is computed, for those who may see amounts.
  guarded: { equity: { isVisible: (viewer) => seesAmounts(viewer, raw("p.id")), value: raw("p.id") } },
  always: ["id"],
};

/** How parties are read: with a partnership that has passed its own rule already. */
export const partnershipParties: RecordSource = {
  record: PartnershipParty,
  alias: "pp",
  visible: () => sql`1 = 1`,
  always: ["id", "partnershipId", "partyId", "partyKind"],
};

/** How parties are read by their ids: by those who see their partnership. */
export const partnershipPartiesById: RecordSource = {
  ...partnershipParties,
  visible: (viewer) =>
    sql`EXISTS (SELECT 1 FROM partnership p WHERE p.id = pp.partnership_id AND ${partnerships.visible(viewer)})`,
};

export const partnershipFilter = defineFilter("PartnershipFilter", "Which partnerships to list.", {
  name: {
    type: StringFilter,
    column: column("p.name"),
    folded: column("p.name_key"),
    description: "Its name.",
  },
  type: {
    type: enumFilter("PartnershipType", PartnershipType),
    column: column("p.type"),
    description: "Its broad kind.",
  },
  subtype: {
    type: enumFilter("PartnershipSubtype", PartnershipSubtype),
    column: column("p.subtype"),
    description: "What it is chiefly about.",
  },
  modality: {
    type: enumFilter("Modality", Modality),
    column: column("p.modality"),
    description: "How its people meet.",
  },
  scope: {
    type: enumFilter("PartnershipScope", PartnershipScope),
    column: column("p.scope"),
    description: "How far it reaches.",
  },
  stage: {
    type: enumFilter("PartnershipStage", PartnershipStage),
    column: column("p.stage"),
    description: "Where it stands.",
  },
  visibility: {
    type: enumFilter("Visibility", PartnershipVisibility),
    column: column("p.visibility"),
    description: "Who may see it.",
  },
  startsOn: { type: DateFilter, column: column("p.starts_on"), description: "Its first day." },
  endsOn: { type: DateFilter, column: column("p.ends_on"), description: "Its last day." },
  consortiumId: {
    type: IdFilter,
    column: column("p.consortium_id"),
    description: "The consortium it belongs to.",
  },
});

export const partnershipOrder = defineOrder(
  "PartnershipOrder",
  {
    NAME: { expression: column("p.name_key"), description: "By name, whatever its case and accents." },
    STARTS_ON: {
      expression: sql`COALESCE(p.starts_on, '0001-01-01')`,
      description: "By first day; those without one count as earliest.",
    },
  },
  { id: column("p.id"), default: [{ field: "NAME" }] },
);

/** What a caller asks of a list of partnerships. */
export interface PartnershipListArgs {
  readonly page: PageRequest;
  readonly filter: FilterValue | null;
  readonly orderBy: never[] | null;
}

/** How partnerships hang on a party of theirs. */
const AS_PARTY = {
  join: sql`JOIN partnership_party pp ON pp.partnership_id = p.id`,
  column: column("pp.party_id"),
};

/** The partnerships of one party; those of all parties on a level come in one statement. */
export function partnershipsOfParty(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  partyId: string,
  { page, filter, orderBy }: PartnershipListArgs,
) {
  const list = () => ({
    page,
    order: partnershipOrder.toKeys(orderBy),
    where: partnershipFilter.toSql(filter, ctx.viewer),
  });
  return loadPage(ctx, info, partnerships, list, { ...AS_PARTY, key: partyId });
}
