import type { Role, Viewer } from "../auth/viewer.ts";
import { VISITOR } from "../auth/viewer.ts";
import { derivedId } from "../ids.ts";
import { CONSORTIA } from "./network.ts";
import { demoId } from "./random.ts";

/** One of the demo network's people. */
export interface DemoViewer {
  /** The header's value. */
  readonly header: string;
  /** Who they are to the issuer that vouches for them. */
  readonly subject: string;
  readonly description: string;
  readonly viewer: Viewer;
}

const person = (
  header: string,
  description: string,
  organisations: string[],
  roles: Role[],
  consortium = 0,
): DemoViewer => ({
  header,
  subject: `demo:${header}`,
  description,
  viewer: {
    id: derivedId("Person", `demo:${header}`),
    kind: "PERSON",
    organisationIds: organisations,
    consortia: roles.length > 0 ? [{ id: CONSORTIA[consortium]!.id, roles }] : [],
  },
});

const institution = (index: number) => demoId("Institution", index);

/** One of each kind of user; all belong to the first consortium or to a partner of it, but the last two. */
export const DEMO_VIEWERS: readonly DemoViewer[] = [
  person(
    "member",
    "staff of a member institution: sees the consortium, and what their institution is a party of",
    [institution(0)],
    ["MEMBER"],
  ),
  person("analyst", "analyst of the consortium", [institution(1)], ["MEMBER", "ANALYST"]),
  person("steward", "keeps the data of their institution", [institution(2)], ["MEMBER", "STEWARD"]),
  person(
    "partner",
    "staff of a partner organisation: sees what is public, and its own partnerships",
    [demoId("PartnerOrganization", 0)],
    [],
  ),
  person("admin", "administers the consortium", [institution(3)], ["MEMBER", "CONSORTIUM_ADMIN"]),
  person("operator", "runs the platform: sees what members see, and no more", [], ["OPERATOR"]),
  person(
    "neighbour",
    "keeps the data of a member of the second consortium: sees of the first what a visitor sees",
    [institution(24)],
    ["MEMBER", "STEWARD"],
    1,
  ),
  {
    header: "visitor",
    subject: "demo:visitor",
    description: "somebody without credentials",
    viewer: VISITOR,
  },
];
