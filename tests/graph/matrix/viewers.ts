import type { Role, Viewer } from "../../../shared/auth/viewer.ts";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import { CONSORTIA } from "../../../shared/demo/network.ts";
import { demoId } from "../../../shared/demo/random.ts";
import type { TestPlatform } from "../../platform.ts";
import type { World } from "./world.ts";

const ROLES: readonly Role[] = ["MEMBER", "ANALYST", "STEWARD", "CONSORTIUM_ADMIN", "OPERATOR"];
const [FIRST, SECOND] = CONSORTIA.map(({ id }) => id) as [string, string];
const institution = (index: number) => demoId("Institution", index);
const partner = (index: number) => demoId("PartnerOrganization", index);

const service = (
  name: string,
  organisationIds: readonly string[],
  consortia: Readonly<Record<string, readonly Role[]>>,
): Viewer => ({
  id: `matrix:${name}`,
  kind: "SERVICE",
  organisationIds,
  consortia: Object.entries(consortia).map(([id, roles]) => ({ id, roles })),
});

const PEOPLE = ["member", "analyst", "steward", "partner", "admin", "operator", "neighbour"];

const SERVICES: Readonly<Record<string, Viewer>> = {
  "service without anything": service("bare", [], {}),
  "service of an institution": service("institution", [institution(5)], { [FIRST]: ["MEMBER", "STEWARD"] }),
  "service of a partner organisation": service("partner", [partner(3)], {}),
  "member of both consortia": service("both", [institution(6), partner(1)], {
    [FIRST]: ["MEMBER", "ANALYST"],
    [SECOND]: ["CONSORTIUM_ADMIN"],
  }),
  "operator of the other consortium": service("operator", [], { [SECOND]: ["OPERATOR"] }),
};

/** The kinds of viewers: nobody, the demo's people, and services for what none of these is. */
export const VIEWERS: readonly string[] = ["visitor", ...PEOPLE, ...Object.keys(SERVICES)];

/** One viewer of each kind: the demo's people as they are signed in. */
export async function viewersOf(platform: TestPlatform): Promise<Readonly<Record<string, Viewer>>> {
  const signedIn = await Promise.all(PEOPLE.map((name) => viewerOf(platform, name)));
  const people = Object.fromEntries(PEOPLE.map((name, index) => [name, signedIn[index]!]));
  return { visitor: VISITOR, ...people, ...SERVICES };
}

async function viewerOf(platform: TestPlatform, name: string): Promise<Viewer> {
  const { data } = await platform.ask(
    `{ viewer { id kind organisations { id } memberships { consortium { id } roles } } }`,
    name,
  );
  const { id, kind, organisations, memberships } = data.viewer;
  return {
    id,
    kind,
    organisationIds: organisations.map((each: { id: string }) => each.id),
    consortia: memberships.map(({ consortium, roles }: any) => ({ id: consortium.id, roles })),
  };
}

/** Whom no rule keeps anything from: of every organisation, with every role everywhere. */
export function everyone(world: World): Viewer {
  const organisations = [...world.idsOf("Institution"), ...world.idsOf("PartnerOrganization")];
  return service(
    "everyone",
    organisations,
    Object.fromEntries(world.idsOf("Consortium").map((id) => [id, ROLES])),
  );
}
