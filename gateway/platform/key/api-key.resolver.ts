import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { Transaction } from "../../../shared/data/database.ts";
import { loadList, loadPage, loadRecord } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { PageArgs } from "../../../shared/graphql/connection.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { column } from "../../../shared/graphql/order.ts";
import type { PlatformContext } from "../context.ts";
import { changeRights, requireSignedIn } from "../context.ts";
import type { NodeStub } from "../node/node.ts";
import { Node, nodeStub, nodeTypes } from "../node/node.ts";
import { namedPeople } from "../person/person.list.ts";
import { Person } from "../person/person.ts";
import { CreateApiKeyInput, RevokeApiKeyInput, RotateApiKeyInput } from "./api-key.inputs.ts";
import { apiKeyRoles, apiKeys } from "./api-key.list.ts";
import { ApiKey, ApiKeyConnection, ApiKeyRole, IssuedApiKey } from "./api-key.ts";
import { knows, refuseBeyond } from "./key.policy.ts";
import type { StoredKey } from "./key.service.ts";
import { issueKey, lockKey, revokeKey, rotateKey } from "./key.service.ts";

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Query(() => ApiKeyConnection, {
    nullable: true,
    description:
      "Your API keys and, of a consortium that you administer, all that act in it; the newest first.",
  })
  apiKeys(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    requireSignedIn(ctx, "KEYS");
    return loadPage(ctx, info, apiKeys, () => ({
      page,
      order: [{ name: "ID", expression: column("k.id"), direction: "DESC" }],
    }));
  }

  @Mutation(() => IssuedApiKey, {
    nullable: true,
    description: "Issues an API key: one of your own with at most your rights, or a service's.",
  })
  createApiKey(
    @Arg("input", () => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx() ctx: PlatformContext,
  ): Promise<IssuedApiKey> {
    const { isService, organisationId = null, ...draft } = input;
    return changeRights(ctx, async (tx, actor) => {
      const { viewer } = ctx;
      if (!isService && viewer.kind !== "PERSON") {
        throw new DomainError("FORBIDDEN", "A service has no keys but its own: rotate it instead.");
      }
      const key = { ...draft, organisationId, ownerId: isService ? null : viewer.id };
      await refuseBeyond(tx, ctx.caller, key);
      return issueKey(tx, key, actor);
    });
  }

  @Mutation(() => IssuedApiKey, {
    nullable: true,
    description:
      "Gives a key a new secret; the present one goes on for the overlap. For who could create it.",
  })
  rotateApiKey(
    @Arg("input", () => RotateApiKeyInput) input: RotateApiKeyInput,
    @Ctx() ctx: PlatformContext,
  ): Promise<IssuedApiKey> {
    return changeRights(ctx, async (tx, actor) => {
      const key = await knownKey(tx, ctx, input.id);
      // A program may change over by itself: it gets nothing that it hasn't.
      if (ctx.caller.credential.id !== key.id) await refuseBeyond(tx, ctx.caller, key);
      return rotateKey(tx, key, input, actor);
    });
  }

  @Mutation(() => ApiKey, {
    nullable: true,
    description:
      "Ends a key at once and for good, with all its secrets; for its owner and for the admins of each consortium it acts in.",
  })
  async revokeApiKey(
    @Arg("input", () => RevokeApiKeyInput) { id }: RevokeApiKeyInput,
    @Ctx() ctx: PlatformContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    await changeRights(ctx, async (tx, actor) => revokeKey(tx, await knownKey(tx, ctx, id), actor));
    return loadRecord(ctx, info, apiKeys, id);
  }

  @Needs("ownerId")
  @FieldResolver(() => Person, { nullable: true, description: "Whose it is; null for a service's." })
  owner(@Root() { ownerId }: ApiKey, @Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo) {
    return ownerId === null ? null : loadRecord(ctx, info, namedPeople, ownerId);
  }

  @Needs("organisationId")
  @FieldResolver(() => Node, {
    nullable: true,
    description: "The organisation that it acts for; null where it acts for none.",
  })
  organisation(@Root() { organisationId }: ApiKey): NodeStub | null {
    return nodeStub(organisationId);
  }

  @Directive("@listSize(assumedSize: 5)")
  @FieldResolver(() => [ApiKeyRole], {
    description: "The roles it may use, as far as its owner or its organisation has them.",
  })
  roles(@Root() { id }: ApiKey, @Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo) {
    const parent = { column: column("kr.key_id"), key: id };
    return loadList(ctx, info, apiKeyRoles, parent, column("kr.consortium_id, kr.role"));
  }
}

@Resolver(() => ApiKeyRole)
export class ApiKeyRoleResolver {
  @Needs("consortiumId")
  @FieldResolver(() => nodeTypes.Consortium, { description: "The consortium." })
  consortium(@Root() { consortiumId }: ApiKeyRole): Node {
    return { id: consortiumId };
  }
}

@Resolver(() => IssuedApiKey)
export class IssuedApiKeyResolver {
  @FieldResolver(() => ApiKey, { nullable: true, description: "The key." })
  apiKey(@Root() { id }: IssuedApiKey, @Ctx() ctx: PlatformContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, apiKeys, id);
  }
}

/** A key that the caller may know of; a hidden one is as one that isn't there. */
async function knownKey(tx: Transaction, { viewer }: PlatformContext, id: string): Promise<StoredKey> {
  const key = await lockKey(tx, id);
  if (key && knows(viewer, key)) return key;
  throw new DomainError("NOT_FOUND", "There is no such API key that you may know of.", { field: "id" });
}
