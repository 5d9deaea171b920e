import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import { DomainError } from "../../../shared/errors.ts";
import type { Parent, SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadList, loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import type { FilterValue } from "../../../shared/graphql/filter.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import { consortiaOfInstitution } from "../consortium/consortium.list.ts";
import { Membership } from "../consortium/membership.ts";
import {
  identifiers,
  institutionFilter,
  institutionLocations,
  institutionNames,
  institutionOrder,
  institutionRelationships,
  institutions,
} from "./institution.list.ts";
import {
  Identifier,
  InstitutionLocation,
  InstitutionName,
  InstitutionRelationship,
} from "./institution-parts.ts";
import { Institution, InstitutionConnection } from "./institution.ts";

@Resolver(() => Institution)
export class InstitutionResolver {
  @Query(() => Institution, {
    nullable: true,
    description: "One institution by exactly one of its keys; null when there is none.",
  })
  institution(
    @Arg("id", () => ID, { nullable: true }) id: string | null,
    @Arg("ror", () => ID, { nullable: true }) ror: string | null,
    @Arg("unitid", () => ID, { nullable: true }) unitid: string | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const given = Object.entries({ id, ror, unitid }).filter(([, value]) => value != null);
    if (given.length !== 1) {
      throw new DomainError(
        "BAD_USER_INPUT",
        `Expected exactly one of "id", "ror" and "unitid"; got ${given.length}.`,
        { field: "id" },
      );
    }
    const [key, value] = given[0] as [string, string];
    return loadRecord(ctx, info, institutions, value, key);
  }

  @Query(() => InstitutionConnection, {
    nullable: true,
    description: "All institutions: the registry is open.",
  })
  institutions(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => institutionFilter.input, { nullable: true }) filter: FilterValue | null,
    @Arg("orderBy", () => [institutionOrder.input], { nullable: true }) orderBy: never[] | null,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadPage(ctx, info, institutions, () => ({
      page,
      order: institutionOrder.toKeys(orderBy),
      where: institutionFilter.toSql(filter, ctx.viewer),
    }));
  }

  @FieldResolver(() => [InstitutionName], { description: "All its names, the one it is shown by first." })
  names(@Root() root: Institution, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadList(
      ctx,
      info,
      institutionNames,
      of("n", root),
      column("CASE n.kind WHEN 'DISPLAY' THEN 0 WHEN 'LABEL' THEN 1 WHEN 'ALIAS' THEN 2 ELSE 3 END, n.value"),
    );
  }

  @FieldResolver(() => [Identifier], { description: "What other registers and systems call it." })
  identifiers(@Root() root: Institution, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadList(ctx, info, identifiers, of("d", root), column("d.scheme, d.is_preferred DESC, d.value"));
  }

  @FieldResolver(() => [InstitutionLocation], { description: "Where it is, its own place first." })
  locations(@Root() root: Institution, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadList(ctx, info, institutionLocations, of("l", root), column("l.position"));
  }

  // Those of a university system are many.
  @Directive("@listSize(assumedSize: 20)")
  @FieldResolver(() => [InstitutionRelationship], {
    description: "How it stands to others: parents, children, successors and the like.",
  })
  relationships(@Root() root: Institution, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadList(ctx, info, institutionRelationships, of("r", root), column("r.kind, r.related_ror"));
  }

  @Needs("newUnitid")
  @FieldResolver(() => Institution, {
    nullable: true,
    description:
      "The institution that it reports to IPEDS under now: its successor when it has merged, its parent when it is a campus; null when it reports itself.",
  })
  reportsUnder(
    @Root() { newUnitid }: Institution,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return newUnitid ? loadRecord(ctx, info, institutions, newUnitid, "unitid") : null;
  }

  @FieldResolver(() => [Membership], { description: "The consortia it is or was a member of." })
  memberships(@Root() root: Institution, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return consortiaOfInstitution(ctx, info, root.id);
  }
}

const of = (alias: string, { id }: Institution): Parent => ({
  column: column(`${alias}.institution_id`),
  key: id,
});

@Resolver(() => InstitutionRelationship)
export class InstitutionRelationshipResolver {
  @Needs("relatedId")
  @FieldResolver(() => Institution, {
    nullable: true,
    description: "The other one; null while it isn't in this registry.",
  })
  institution(
    @Root() { relatedId }: InstitutionRelationship,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return relatedId ? loadRecord(ctx, info, institutions, relatedId) : null;
  }
}
