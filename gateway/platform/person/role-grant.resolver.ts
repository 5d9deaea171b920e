import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Role, Viewer } from "../../../shared/auth/viewer.ts";
import { loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import type { PlatformContext } from "../context.ts";
import { allow, changeRights, requireSignedIn } from "../context.ts";
import type { NodeStub } from "../node/node.ts";
import { Node, nodeStub, nodeTypes } from "../node/node.ts";
import { namedPeople } from "./person.list.ts";
import { Person } from "./person.ts";
import { AssignRoleInput, WithdrawRoleInput } from "./role-grant.inputs.ts";
import { roleGrants } from "./role-grant.list.ts";
import { RoleGrant, RoleGrantConnection } from "./role-grant.ts";
import { grantRole, lockGrant, withdrawRole } from "./role.service.ts";
import { consortiaWith, readsRawFigures } from "./roles.ts";

/** Roles are the admins' to give and take, OPERATOR the operators'. */
const mayDecide = (viewer: Viewer, consortiumId: string, role: Role) =>
  consortiaWith(viewer, role === "OPERATOR" ? "OPERATOR" : "CONSORTIUM_ADMIN").includes(consortiumId);

const REFUSAL = "Roles are for the consortium's admins to decide on; OPERATOR is for its operators.";

@Resolver(() => RoleGrant)
export class RoleGrantResolver {
  @Query(() => RoleGrantConnection, {
    nullable: true,
    description:
      "The roles that you were given and, of a consortium that you administer, all; the newest first.",
  })
  roleGrants(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    requireSignedIn(ctx, "KEYS");
    return loadPage(ctx, info, roleGrants, () => ({
      page,
      order: [{ name: "ID", expression: column("g.id"), direction: "DESC" }],
    }));
  }

  @Mutation(() => RoleGrant, {
    nullable: true,
    description:
      "Gives somebody else a role in a consortium, for the consortium's admins; who has it already keeps it. Nobody gives one to themselves, and no service gives STEWARD or ANALYST. It counts within a second.",
  })
  async assignRole(
    @Arg("input", () => AssignRoleInput) input: AssignRoleInput,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { personId, consortiumId, role, organisationId = null } = input;
    const id = await changeRights(ctx, async (tx, actor) => {
      allow(mayDecide(ctx.viewer, consortiumId, role), REFUSAL);
      // Otherwise an admin, who administers figures that they may not read, could read them by one mutation more.
      allow(
        personId !== ctx.viewer.id,
        "Nobody gives themselves a role: expected another person; another admin, or an operator at the console, can give it to you.",
        "personId",
      );
      allow(
        ctx.viewer.kind === "PERSON" || !readsRawFigures(role),
        `${role} reads raw figures: it is given by a person, not by a service.`,
        "role",
      );
      return grantRole(tx, { personId, consortiumId, role, organisationId }, actor);
    });
    // By its id alone: whoever gives OPERATOR need not see all roles of the consortium.
    return loadRecord(ctx, info, { ...roleGrants, visible: () => sql`1 = 1` }, id);
  }

  @Mutation(() => RoleGrant, {
    nullable: true,
    description:
      "Takes a role away, for the consortium's admins; never that of its last admin. Answers what it was. It counts within a second.",
  })
  withdrawRole(
    @Arg("input", () => WithdrawRoleInput) { id }: WithdrawRoleInput,
    @Ctx() ctx: PlatformContext,
  ) {
    return changeRights(ctx, async (tx, actor) => {
      const { viewer } = ctx;
      const grant = await lockGrant(tx, id);
      const decides = grant !== null && mayDecide(viewer, grant.consortiumId, grant.role);
      const knows =
        decides ||
        grant?.personId === viewer.id ||
        (grant && mayDecide(viewer, grant.consortiumId, "MEMBER"));
      if (!grant || !knows) {
        throw new DomainError("NOT_FOUND", "There is no such role that you may know of.", { field: "id" });
      }
      allow(decides, REFUSAL);
      await withdrawRole(tx, grant, actor);
      return grant;
    });
  }

  @Needs("personId")
  @FieldResolver(() => Person, { nullable: true, description: "Who has it." })
  person(@Root() { personId }: RoleGrant, @Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, namedPeople, personId);
  }

  @Needs("consortiumId")
  @FieldResolver(() => nodeTypes.Consortium, { description: "Where they have it." })
  consortium(@Root() { consortiumId }: RoleGrant): Node {
    return { id: consortiumId };
  }

  @Needs("organisationId")
  @FieldResolver(() => Node, {
    nullable: true,
    description: "The organisation by which they have it; null where they have it by none.",
  })
  organisation(@Root() { organisationId }: RoleGrant): NodeStub | null {
    return nodeStub(organisationId);
  }

  @Needs("grantedById")
  @FieldResolver(() => Person, {
    nullable: true,
    description: "Who gave it; null where a service or an operator at the console did.",
  })
  grantedBy(
    @Root() { grantedById }: RoleGrant,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return grantedById === null ? null : loadRecord(ctx, info, namedPeople, grantedById);
  }
}
