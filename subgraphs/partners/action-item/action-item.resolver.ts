import type { GraphQLResolveInfo } from "graphql";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { interactionKind } from "../interaction/interaction.kind.ts";
import { Interaction } from "../interaction/interaction.ts";
import { OVERDUE } from "./action-item.kind.ts";
import { ActionItem, ActionItemStatus } from "./action-item.ts";

@Resolver(() => ActionItem)
export class ActionItemResolver {
  @Needs("status", "dueOn")
  @FieldResolver(() => Boolean, { description: OVERDUE })
  isOverdue(@Root() { status, dueOn }: ActionItem): boolean {
    return status === ActionItemStatus.OPEN && dueOn < today();
  }

  @Needs("interactionId")
  @FieldResolver(() => Interaction, {
    nullable: true,
    description: "The interaction that decided on it; null where none did.",
  })
  interaction(
    @Root() { interactionId }: ActionItem,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return interactionId === null ? null : loadRecord(ctx, info, interactionKind.source, interactionId);
  }
}
