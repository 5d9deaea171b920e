import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { partyOf } from "../contribution/party-record.ts";
import { Partnership } from "../partnership/partnership.ts";
import { loadEquity } from "./equity.load.ts";
import { PartnershipEquity, PartyEquity } from "./equity.ts";

@Resolver(() => Partnership)
class EquityResolver {
  @Needs("equity")
  @FieldResolver(() => PartnershipEquity, {
    nullable: true,
    description:
      "How evenly its parties give and get. For people of its parties and admins of its consortium; null for others.",
  })
  equity(
    @Root() { equity: id }: { readonly equity: string | null },
    @Arg("asOf", () => DateScalar, {
      nullable: true,
      description: "Leaves out what was delivered or received after this day; today where nothing is said.",
    })
    asOf: string | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PartnershipEquity | null> | null {
    if (id === null) return null;
    return ctx.loaders.load(info, "equity", id, (ids) =>
      loadEquity(ctx.db, ids as string[], asOf ?? today()),
    );
  }
}

/** The resolvers of `Partnership.equity` and of its parts. */
export const equityResolvers = [
  EquityResolver,
  partyOf(() => PartyEquity, "The party; null when it isn't yours to see."),
];
