import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { AuditAction } from "../../../shared/auth/audit.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadList, loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import { allow, change, changeBy } from "../consortium/change.ts";
import { institutions } from "../institution/institution.list.ts";
import { Institution } from "../institution/institution.ts";
import { JoinInstitutionsInput, KeepInstitutionsApartInput, UndoMatchDecisionInput } from "./match.inputs.ts";
import { institutionMatches, matchCandidates, matchFilter, matchOrder } from "./match.list.ts";
import { matchPolicy } from "./match.policy.ts";
import type { MatchDecision } from "./match.service.ts";
import { decideMatch } from "./match.service.ts";
import { InstitutionMatch, InstitutionMatchConnection, MatchCandidate } from "./match.ts";

@Resolver(() => InstitutionMatch)
export class InstitutionMatchResolver {
  @Query(() => InstitutionMatchConnection, {
    nullable: true,
    description:
      "The ROR records that are IPEDS units or may be: joined ones to review, ambiguous ones to decide. For admins of consortia and operators; empty for others.",
  })
  institutionMatches(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => matchFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [matchOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, institutionMatches, () => ({
      page,
      order: matchOrder.toKeys(orderBy),
      where: matchFilter.toSql(filter, ctx.viewer),
    }));
  }

  @Mutation(() => InstitutionMatch, {
    nullable: true,
    description:
      "Makes one institution of a ROR record and an IPEDS unit, for every later import, too; memberships go to the one that goes on. For operators.",
  })
  joinInstitutions(
    @Arg("input", () => JoinInstitutionsInput) input: JoinInstitutionsInput,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return decide(ctx, info, "INSTITUTIONS_JOINED", { ...input, verdict: "JOINED" });
  }

  @Mutation(() => InstitutionMatch, {
    nullable: true,
    description:
      "Keeps a ROR record and an IPEDS unit two institutions, for every later import, too; ones that were joined are separated. For operators.",
  })
  keepInstitutionsApart(
    @Arg("input", () => KeepInstitutionsApartInput) input: KeepInstitutionsApartInput,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return decide(ctx, info, "INSTITUTIONS_KEPT_APART", { ...input, verdict: "KEPT_APART" });
  }

  @Mutation(() => InstitutionMatch, {
    nullable: true,
    description:
      "Undoes a decision on a pair: what the registers say of it counts again. Answers null where that is nothing. For operators.",
  })
  undoMatchDecision(
    @Arg("input", () => UndoMatchDecisionInput) input: UndoMatchDecisionInput,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return decide(ctx, info, "MATCH_DECISION_UNDONE", { ...input, verdict: null });
  }

  @FieldResolver(() => [MatchCandidate], {
    description: "The units that it is or may be, the most alike first; ten at most, and those decided on.",
  })
  candidates(
    @Root() { ror }: InstitutionMatch,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parent = { column: column("mc.ror"), key: ror };
    return loadList(ctx, info, matchCandidates, parent, column("mc.total_score DESC, mc.unitid"));
  }

  @Needs("ror")
  @FieldResolver(() => Institution, {
    nullable: true,
    description: "The institution that the record belongs to, alone or with its unit.",
  })
  institution(
    @Root() { ror }: InstitutionMatch,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, institutions, ror, "ror");
  }
}

@Resolver(() => MatchCandidate)
export class MatchCandidateResolver {
  @Needs("unitid")
  @FieldResolver(() => Institution, {
    nullable: true,
    description: "The institution that the unit belongs to, alone or with its ROR record.",
  })
  institution(
    @Root() { unitid }: MatchCandidate,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, institutions, unitid, "unitid");
  }
}

async function decide(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  action: AuditAction,
  decision: MatchDecision,
) {
  await change(ctx, (tx) => {
    allow(matchPolicy.decide(ctx.viewer), "Whether two records are one institution is for operators to say.");
    return decideMatch(tx, decision, changeBy(ctx, action));
  });
  return loadRecord(ctx, info, institutionMatches, decision.ror, "ror");
}
