import type { GraphQLFieldResolver } from "graphql";
import { ArgsType, Directive, Field, Int, ObjectType } from "type-graphql";
import type { ClassType } from "type-graphql";
import type { loadPage, SubgraphContext } from "../data/loaders.ts";

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: "How many from the start; 1 to 100. Either this or `last` is required.",
  })
  first?: number | null;

  @Field(() => Int, { nullable: true, description: "How many from the end; 1 to 100." })
  last?: number | null;

  @Field(() => String, { nullable: true, description: "Start behind this cursor; goes with `first`." })
  after?: string | null;

  @Field(() => String, { nullable: true, description: "End before this cursor; goes with `last`." })
  before?: string | null;
}

@Directive("@shareable")
@ObjectType({ description: "Where a page of a list begins and ends." })
class PageInfo {
  @Field(() => Boolean, { description: "Whether more follow." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Whether some come before." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first row; null on an empty page." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "Cursor of the last row; null on an empty page." })
  endCursor!: string | null;
}

/** What a connection of a type is in TypeScript. */
export interface Connection<Node> {
  nodes: Node[];
  edges: { cursor: string; node: Node }[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** Resolves `totalCount` of every connection. */
export const countWhole: GraphQLFieldResolver<Awaited<ReturnType<typeof loadPage>>, SubgraphContext> = (
  page,
) => page.count();

/** The Relay connection of a type: `<Name>Connection` and `<Name>Edge`. */
export function connectionOf<Node extends object>(
  name: string,
  node: () => ClassType<Node> | object,
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: "A row of the list and its place in it." })
  class Edge {
    @Field(() => String, { description: "Opaque place of this row, for `after` and `before`." })
    cursor!: string;

    @Field(node as () => ClassType<Node>, { description: "The row." })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: "One page of a list." })
  class ConnectionOfNode {
    @Field(() => [node() as ClassType<Node>], { description: "The rows of this page, in order." })
    nodes!: Node[];

    @Field(() => [Edge], { description: "The same rows, each with its cursor." })
    edges!: Edge[];

    @Field(() => PageInfo, { description: "Where this page begins and ends." })
    pageInfo!: PageInfo;

    // A statement of its own, over all that the list's filter leaves.
    @Directive("@cost(weight: 5)")
    @Field(() => Int, { description: "How many rows the whole list has; counted only when asked for." })
    totalCount!: number;
  }
  return ConnectionOfNode;
}
