import type { GraphQLResolveInfo } from "graphql";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { RecordSource, SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadPage } from "../../../shared/data/loaders.ts";
import type { PageRequest } from "../../../shared/data/page.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import {
  BooleanFilter,
  DateFilter,
  defineFilter,
  enumFilter,
  IdFilter,
  IntFilter,
  StringFilter,
} from "../../../shared/graphql/filter.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { partyIsVisible } from "../../../shared/projection/partner-organization.ts";
import { belongsToVisiblePartnership } from "../../../shared/projection/partnership.ts";
import { Modality, ProgramKind } from "./program.enums.ts";
import { Program } from "./program.ts";

const providerIsVisible = (viewer: Viewer) => partyIsVisible(viewer, "p.provider_id");

/** How programs are read: whoever may see a partnership sees what is run under it. */
export const programs: RecordSource = {
  record: Program,
  alias: "p",
  visible: (viewer) => belongsToVisiblePartnership(viewer, "p.partnership_id"),
  guarded: { providerId: { isVisible: providerIsVisible } },
  always: ["id", "kind"],
};

export const programFilter = defineFilter("ProgramFilter", "Which programs to list.", {
  title: {
    type: StringFilter,
    column: column("p.title"),
    folded: column("p.title_key"),
    description: "Its title.",
  },
  kind: { type: enumFilter("ProgramKind", ProgramKind), column: column("p.kind"), description: "Its kind." },
  cip: { type: StringFilter, column: column("p.cip"), isCode: true, description: "Its field of study." },
  soc: {
    type: StringFilter,
    column: column("p.soc"),
    isCode: true,
    description: "The occupation it leads to.",
  },
  capacity: { type: IntFilter, column: column("p.capacity"), description: "Its places." },
  isPaid: { type: BooleanFilter, column: column("p.is_paid"), description: "Whether participants are paid." },
  modality: {
    type: enumFilter("Modality", Modality),
    column: column("p.modality"),
    description: "How its people meet.",
  },
  startsOn: { type: DateFilter, column: column("p.starts_on"), description: "Its first day." },
  endsOn: { type: DateFilter, column: column("p.ends_on"), description: "Its last day." },
  partnershipId: {
    type: IdFilter,
    column: column("p.partnership_id"),
    description: "The partnership it is run under.",
  },
  providerId: {
    type: IdFilter,
    column: column("p.provider_id"),
    isVisible: providerIsVisible,
    description: "The party that provides it, as far as the caller may see that.",
  },
  hostId: {
    type: IdFilter,
    column: column("p.host_id"),
    description: "The institution it takes place at.",
  },
});

export const programOrder = defineOrder(
  "ProgramOrder",
  {
    TITLE: { expression: column("p.title_key"), description: "By title, whatever its case and accents." },
    STARTS_ON: { expression: column("p.starts_on"), description: "By first day." },
  },
  { id: column("p.id"), default: [{ field: "TITLE" }] },
);

/** What a caller asks of a list of programs. */
export interface ProgramListArgs {
  readonly page: PageRequest;
  readonly filter: FilterValue | null;
  readonly orderBy: never[] | null;
}

/** Where a list of programs may hang: the column that holds the key of the other side. */
type ProgramParent = "partnership_id" | "provider_id" | "host_id";

/** The programs of the network, or of one partnership, provider or host. */
export function listPrograms(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  { page, filter, orderBy }: ProgramListArgs,
  parent?: { readonly side: ProgramParent; readonly key: string },
) {
  const list = () => ({
    page,
    order: programOrder.toKeys(orderBy),
    where: programFilter.toSql(filter, ctx.viewer),
  });
  const side = parent && { column: column(`p.${parent.side}`), key: parent.key };
  return loadPage(ctx, info, programs, list, side);
}
