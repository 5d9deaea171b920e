import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { today } from "../../shared/clock.ts";
import {
  adminOf,
  aMembership,
  ask,
  change,
  ELSEWHERE,
  memberOf,
  operator,
  staffOf,
  startInstitutions,
  stewardOf,
  subgraph,
} from "./members.ts";

beforeAll(startInstitutions);
afterAll(() => subgraph.close());

describe("Who may do what:", () => {
  const THERE = "a steward there";
  const ELSE = "a steward elsewhere";
  /** Who is let to do what with a membership, of all that ask; the others are told why not. */
  const RULES = [
    ["inviteInstitution", "ENDED", {}, ["an admin"]],
    ["admitInstitution", "INVITED", { dataSharingTier: "PROFILE" }, [THERE, ELSE, "an operator"]],
    ["admitInstitution", "INVITED", { dataSharingTier: "PARTNERSHIPS" }, [THERE, ELSE]],
    ["changeMembership", "ACTIVE", { role: "LEAD" }, ["an admin"]],
    ["changeMembership", "ACTIVE", { dataSharingTier: "PROFILE" }, [THERE]],
    ["changeMembership", "ACTIVE", { role: "LEAD", dataSharingTier: "PROFILE" }, []],
    ["endMembership", "ACTIVE", {}, ["an admin", THERE]],
    ["endMembership", "INVITED", {}, ["an admin", THERE, ELSE]],
  ] as const;
  const PEOPLE: Record<string, (input: { consortiumId: string; institutionId: string }) => Viewer> = {
    "a visitor": () => VISITOR,
    "an admin": ({ consortiumId }) => adminOf(consortiumId),
    "an admin of another consortium": () => adminOf(ELSEWHERE),
    [THERE]: ({ institutionId, consortiumId }) => stewardOf(institutionId, consortiumId),
    [ELSE]: ({ institutionId }) => stewardOf(institutionId),
    "a steward of another member": ({ consortiumId }) => memberOf(consortiumId),
    "staff of the institution": ({ institutionId }) => staffOf(institutionId),
    "an operator": () => operator,
  };

  it.each(RULES)("%s of one that is %s, with %j, by %j", async (name, status, given, allowed) => {
    for (const [who, make] of Object.entries(PEOPLE)) {
      const { input } = await aMembership(status);
      const answer = await change(name, { ...input, ...given }, make(input));
      const isHidden =
        status === "INVITED" &&
        ["an admin of another consortium", "a steward of another member"].includes(who);
      const refusal = who === "a visitor" ? "UNAUTHENTICATED" : isHidden ? "NOT_FOUND" : "FORBIDDEN";
      const expected = (allowed as readonly string[]).includes(who) ? "done" : refusal;
      expect([who, Array.isArray(answer) ? answer[0] : "done"]).toEqual([who, expected]);
    }
  });
});

describe("An invitation", () => {
  const seen = async (consortiumId: string, institutionId: string, who: Viewer) => {
    const { consortium, institution } = await ask(
      `{ consortium(id: "${consortiumId}") { members(first: 10) { totalCount nodes { status invitedOn } } }
         institution(id: "${institutionId}") { memberships { status invitedOn } } }`,
      who,
    );
    expect(consortium.members.nodes).toEqual(institution.memberships);
    expect(consortium.members.totalCount).toBe(institution.memberships.length);
    return institution.memberships;
  };

  it("is known to the consortium's admins, the institution's people and operators, and looks missing to others", async () => {
    const { input, admin, steward } = await aMembership("INVITED");
    const { consortiumId, institutionId } = input;
    for (const who of [admin, steward, staffOf(institutionId), operator]) {
      expect(await seen(consortiumId, institutionId, who)).toEqual([
        { status: "INVITED", invitedOn: today() },
      ]);
    }
    for (const who of [VISITOR, memberOf(consortiumId), adminOf(ELSEWHERE)]) {
      expect(await seen(consortiumId, institutionId, who)).toEqual([]);
    }
    await change("endMembership", input, admin);
    expect(await seen(consortiumId, institutionId, VISITOR)).toEqual([]);
  });

  it("of a former member is none for others", async () => {
    const { input, admin } = await aMembership("ENDED");
    await change("inviteInstitution", input, admin);
    const { consortiumId, institutionId } = input;
    expect(await seen(consortiumId, institutionId, admin)).toEqual([
      { status: "INVITED", invitedOn: today() },
    ]);
    for (const who of [VISITOR, memberOf(consortiumId)]) {
      expect(await seen(consortiumId, institutionId, who)).toEqual([{ status: "ENDED", invitedOn: null }]);
    }
  });
});

it("What an institution shares is known to those it shares with, and to its own people", async () => {
  const { input } = await aMembership("ACTIVE", "PARTNERSHIPS");
  const tierFor = async (who: Viewer) =>
    (await ask(`{ institution(id: "${input.institutionId}") { memberships { dataSharingTier } } }`, who))
      .institution.memberships;
  for (const who of [memberOf(input.consortiumId), staffOf(input.institutionId)]) {
    expect(await tierFor(who)).toEqual([{ dataSharingTier: "PARTNERSHIPS" }]);
  }
  for (const who of [VISITOR, memberOf(ELSEWHERE)]) {
    expect(await tierFor(who)).toEqual([{ dataSharingTier: null }]);
  }
});
