import type { GraphQLResolveInfo } from "graphql";
import type { ClassType } from "type-graphql";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import type { ListedOn } from "../../../shared/write/fields.ts";
import { partnerships } from "./partnership.list.ts";
import type { PartnershipRecord } from "./partnership-record.ts";
import { Partnership } from "./partnership.ts";

/** A list of the records that hang on a partnership, as a field of it; `alias` is that of their table. */
export const onPartnership = (field: string, alias: string, description: string): ListedOn => ({
  type: () => Partnership,
  field,
  column: `${alias}.partnership_id`,
  description,
});

/** The resolver of the field `partnership` of records that hang on one. */
export function partnershipOf(type: () => ClassType): Function {
  @Resolver(type)
  class PartnershipField {
    @Needs("partnershipId")
    @FieldResolver(() => Partnership, { nullable: true, description: "The partnership that it belongs to." })
    partnership(
      @Root() { partnershipId }: PartnershipRecord,
      @Ctx() ctx: SubgraphContext,
      @Info() info: GraphQLResolveInfo,
    ) {
      return loadRecord(ctx, info, partnerships, partnershipId);
    }
  }
  return PartnershipField;
}
