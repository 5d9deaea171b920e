import { Directive, Field, ID, InterfaceType, ObjectType } from "type-graphql";
import type { ClassType } from "type-graphql";
import type { IdentifiedType } from "../../../shared/ids.ts";
import { ID_PREFIXES, typeOfId } from "../../../shared/ids.ts";

@InterfaceType("Node", { description: "A record that has an id of its own." })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}

/** A record of another subgraph, of which the platform knows the id. */
export interface NodeStub {
  readonly __typename: IdentifiedType;
  readonly id: string;
}

/** The type of each record as the platform knows it: by its key only. */
export const nodeTypes = Object.fromEntries(
  (Object.keys(ID_PREFIXES) as IdentifiedType[]).map((name) => {
    class Stub extends Node {}
    ObjectType(name, { implements: Node })(Stub);
    Directive('@key(fields: "id", resolvable: false)')(Stub);
    return [name, Stub];
  }),
) as Record<IdentifiedType, ClassType<Node>>;

/** The record with an id; null where no record can have it. */
export function nodeStub(id: string | null): NodeStub | null {
  const type = id === null ? null : typeOfId(id);
  return type && { __typename: type, id: id! };
}
