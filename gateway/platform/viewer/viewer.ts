import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import type { Role, Viewer as AuthViewer } from "../../../shared/auth/viewer.ts";
import type { Credential as CallerCredential } from "../../identity/caller.ts";
import type { Node } from "../node/node.ts";
import { nodeTypes } from "../node/node.ts";
import { RoleEnum } from "../person/roles.ts";

export enum ViewerKind {
  VISITOR = "VISITOR",
  PERSON = "PERSON",
  SERVICE = "SERVICE",
}
registerEnumType(ViewerKind, {
  name: "ViewerKind",
  description: "What kind of caller it is.",
  valuesConfig: {
    VISITOR: { description: "Somebody without credentials: sees what is public." },
    PERSON: { description: "Somebody who has signed in, by a token or by a key of their own." },
    SERVICE: { description: "A program with a key of its own." },
  },
});

export enum CredentialKind {
  NONE = "NONE",
  DEMO = "DEMO",
  TOKEN = "TOKEN",
  API_KEY = "API_KEY",
}
registerEnumType(CredentialKind, {
  name: "CredentialKind",
  description: "What a request is signed in by.",
  valuesConfig: {
    NONE: { description: "By nothing: a visitor." },
    DEMO: { description: "By the header of the demo network's people." },
    TOKEN: { description: "By an access token." },
    API_KEY: { description: "By an API key." },
  },
});

@ObjectType("Credential", { description: "What a request is signed in by; no secret." })
export class Credential {
  @Field(() => CredentialKind, { description: "What kind of credential it is." })
  kind!: CallerCredential["kind"];

  @Field(() => ID, { nullable: true, description: "The key's id, or the person's; null for a visitor." })
  id!: string | null;
}

@ObjectType("ViewerMembership", { description: "A viewer's place in a consortium." })
export class ViewerMembership {
  @Field(() => nodeTypes.Consortium, { description: "The consortium." })
  consortium!: Node;

  @Directive("@listSize(assumedSize: 5)")
  @Field(() => [RoleEnum], { description: "The roles held there." })
  roles!: readonly Role[];
}

@ObjectType("Viewer", { description: "Who is asking, as the graph knows them." })
export class Viewer {
  @Field(() => ID, {
    nullable: true,
    description: "Stable id of the person or service; null for a visitor. Admins give roles by it.",
  })
  id!: AuthViewer["id"];

  @Field(() => ViewerKind, { description: "Visitor, person or service." })
  kind!: AuthViewer["kind"];
}
