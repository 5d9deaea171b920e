import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { DomainError } from "../../../shared/errors.ts";
import type { IdentifiedType } from "../../../shared/ids.ts";
import type { PlatformContext } from "../context.ts";
import type { NodeStub } from "./node.ts";
import { Node, nodeStub } from "./node.ts";

/** Most ids that one `nodes` takes. */
const NODES_LIMIT = 100;

/** The subgraph that owns each type, and so decides whether a record exists for a viewer. */
const OWNERS: Readonly<Record<IdentifiedType, string>> = {
  Institution: "institutions",
  Consortium: "institutions",
  PartnerOrganization: "partners",
  Partnership: "partners",
  PartnershipIssue: "partners",
  Internship: "programs",
  MentoringProgram: "programs",
  CodingCourse: "programs",
  Cohort: "programs",
  Indicator: "metrics",
};

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: "The record with this id, whatever its type; null when there is none that you may see.",
  })
  async node(@Arg("id", () => ID) id: string, @Ctx() ctx: PlatformContext) {
    return (await find([id], ctx))[0];
  }

  @Query(() => [Node], {
    nullable: "items",
    description: `The records with these ids, at most ${NODES_LIMIT}, in their order; null for each that you may not see.`,
  })
  nodes(@Arg("ids", () => [ID]) ids: string[], @Ctx() ctx: PlatformContext) {
    if (ids.length > NODES_LIMIT) {
      throw new DomainError(
        "BAD_USER_INPUT",
        `Argument "ids" takes at most ${NODES_LIMIT} ids; got ${ids.length}.`,
        { field: "ids" },
      );
    }
    return find(ids, ctx);
  }
}

async function find(
  ids: readonly string[],
  { viewer, askOwner }: PlatformContext,
): Promise<(NodeStub | null)[]> {
  const stubs = ids.map(nodeStub);
  const byOwner = groupByOwner(stubs);
  const seen = new Set<string>();
  await Promise.all(
    [...byOwner].map(async ([owner, wanted]) => {
      const found = await askOwner(owner, wanted, viewer);
      wanted.forEach(({ id }, index) => found[index] && seen.add(id));
    }),
  );
  return stubs.map((stub) => (stub && seen.has(stub.id) ? stub : null));
}

function groupByOwner(stubs: readonly (NodeStub | null)[]): Map<string, NodeStub[]> {
  const groups = new Map<string, NodeStub[]>();
  for (const stub of stubs) {
    if (!stub) continue;
    const owner = OWNERS[stub.__typename];
    groups.set(owner, [...(groups.get(owner) ?? []), stub]);
  }
  return groups;
}
