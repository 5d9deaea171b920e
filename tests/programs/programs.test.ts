import { newId } from "../../shared/ids.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import {
  ask,
  membershipEvent,
  partnerOrganizationEvent,
  partnershipEvent,
  peopleOf,
  tell,
  viewers,
} from "../metrics/records.ts";
import { aCohort, aProgram } from "./records.ts";

interface List {
  totalCount: number;
  nodes: { id: string; title?: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

const LIST = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id }`;
const ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on";

describe("programs", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => void (subgraph = await startTestSubgraph(programs)));
  afterAll(() => subgraph.close());

  const entity = async <T>(
    type: string,
    id: string,
    fields: string,
    viewer: Viewer = viewers.visitor,
  ): Promise<T | null> => {
    const { _entities } = await ask<{ _entities: (T | null)[] }>(
      subgraph,
      `${ENTITIES} ${type} { ${fields} } } }`,
      viewer,
      { r: [{ __typename: type, id }] },
    );
    return _entities[0]!;
  };

  it("are of a type for each kind, with the fields that kind has", async () => {
    const event = partnershipEvent("PUBLIC");
    const provider = partnerOrganizationEvent("PUBLIC");
    await tell(subgraph, "partners", [event, provider]);
    const host = newId("Institution");
    const under = { partnership_id: event.recordId, provider_id: provider.recordId, host_id: host };
    const ids = [
      await aProgram(subgraph.db, {
        ...under,
        title: "Kinds 1",
        hours_planned: 160,
        hourly_wage_minor: 1850,
        currency: "USD",
        is_paid: true,
      }),
      await aProgram(subgraph.db, {
        ...under,
        title: "Kinds 2",
        kind: "MENTORING",
        mentees_per_mentor: 2,
        provider_id: host,
      }),
      await aProgram(subgraph.db, {
        ...under,
        title: "Kinds 3",
        kind: "CODING_COURSE",
        language: "Python",
        level: "BEGINNER",
        provider_id: null,
        host_id: null,
      }),
    ];
    const { programs: list } = await ask<{ programs: { nodes: object[] } }>(
      subgraph,
      `{ programs(first: 10, filter: { title: { startsWith: "KINDS" } }) { nodes {
        __typename id kind isPaid startsOn partnership { id } host { id }
        provider { __typename ... on Institution { id } ... on PartnerOrganization { id } }
        ... on Internship { hoursPlanned hourlyWageMinor currency } ... on MentoringProgram { menteesPerMentor sessionsPlanned }
        ... on CodingCourse { language level } } } }`,
      viewers.visitor,
    );
    const partnership = { id: event.recordId };
    expect(list.nodes).toEqual([
      {
        __typename: "Internship",
        id: ids[0],
        kind: "INTERNSHIP",
        isPaid: true,
        startsOn: "2025-01-13",
        partnership,
        host: { id: host },
        provider: { __typename: "PartnerOrganization", id: provider.recordId },
        hoursPlanned: 160,
        hourlyWageMinor: 1850,
        currency: "USD",
      },
      {
        __typename: "MentoringProgram",
        id: ids[1],
        kind: "MENTORING",
        isPaid: null,
        startsOn: "2025-01-13",
        partnership,
        host: { id: host },
        provider: { __typename: "Institution", id: host },
        menteesPerMentor: 2,
        sessionsPlanned: null,
      },
      {
        __typename: "CodingCourse",
        id: ids[2],
        kind: "CODING_COURSE",
        isPaid: null,
        startsOn: "2025-01-13",
        partnership,
        host: null,
        provider: null,
        language: "Python",
        level: "BEGINNER",
      },
    ]);
    for (const type of ["Program", "Internship"]) {
      expect(await entity(type, ids[0]!, "__typename title")).toEqual({
        __typename: "Internship",
        title: "Kinds 1",
      });
    }
    expect(await entity("Internship", ids[1]!, "title")).toBeNull();
    expect(await entity("Program", newId("Internship"), "title")).toBeNull();
  });

  describe("are seen by whoever may see their partnership", () => {
    const [party, host] = [newId("PartnerOrganization"), newId("Institution")];
    const events = {
      PUBLIC: partnershipEvent("PUBLIC", [party, host]),
      CONSORTIUM: partnershipEvent("CONSORTIUM", [party, host]),
      PARTIES: partnershipEvent("PARTIES", [party, host]),
      unknown: { recordId: newId("Partnership") },
    };
    const made = new Map<string, { program: string; cohort: string }>();

    beforeAll(async () => {
      await tell(subgraph, "institutions", [membershipEvent(host)]);
      await tell(subgraph, "partners", [events.PUBLIC, events.CONSORTIUM, events.PARTIES]);
      for (const [key, { recordId }] of Object.entries(events)) {
        const program = await aProgram(subgraph.db, {
          partnership_id: recordId,
          provider_id: party,
          host_id: host,
          title: `Seen ${key}`,
        });
        made.set(key, { program, cohort: await aCohort(subgraph.db, { program_id: program, term: "Seen" }) });
      }
    });

    it.each<[string, Viewer, string[]]>([
      ["a visitor", viewers.visitor, ["PUBLIC"]],
      ["a member of the consortium", viewers.member, ["PUBLIC", "CONSORTIUM"]],
      ["a member of another consortium", viewers.stranger, ["PUBLIC"]],
      ["the people of a party", peopleOf(party), ["PUBLIC", "CONSORTIUM", "PARTIES"]],
    ])("%s", async (_, viewer, seen) => {
      const expected = seen.map((key) => made.get(key)!);
      const idsOf = (list: List) => {
        expect(list.totalCount).toBe(list.nodes.length);
        return new Set(list.nodes.map(({ id }) => id));
      };
      const roots = await ask<{ programs: List; cohorts: List }>(
        subgraph,
        `{ programs(first: 100, filter: { title: { startsWith: "Seen" } }) { ${LIST} } cohorts(first: 100, filter: { term: { eq: "Seen" } }) { ${LIST} } }`,
        viewer,
      );
      const seenPrograms = new Set(expected.map(({ program }) => program));
      expect(idsOf(roots.programs)).toEqual(seenPrograms);
      expect(idsOf(roots.cohorts)).toEqual(new Set(expected.map(({ cohort }) => cohort)));
      for (const [type, id] of [
        ["Institution", host],
        ["PartnerOrganization", party],
      ] as const) {
        const found = await entity<{ programs: List }>(type, id, `programs(first: 100) { ${LIST} }`, viewer);
        expect(idsOf(found!.programs)).toEqual(seenPrograms);
      }
      for (const [key, { program, cohort }] of made) {
        const isSeen = seen.includes(key);
        const one = await ask<Record<string, object | null>>(
          subgraph,
          `{ program(id: "${program}") { id } cohort(id: "${cohort}") { id program { id } } }`,
          viewer,
        );
        expect(one).toEqual({
          program: isSeen ? { id: program } : null,
          cohort: isSeen ? { id: cohort, program: { id: program } } : null,
        });
        expect(await entity("Program", program, "id", viewer)).toEqual(isSeen ? { id: program } : null);
        expect(await entity("Cohort", cohort, "id", viewer)).toEqual(isSeen ? { id: cohort } : null);
        const under = await entity<{ programs: List }>(
          "Partnership",
          events[key as "PUBLIC"].recordId,
          `programs(first: 10) { ${LIST} }`,
          viewer,
        );
        expect([key, under!.programs.totalCount, under!.programs.nodes.length]).toEqual([
          key,
          isSeen ? 1 : 0,
          isSeen ? 1 : 0,
        ]);
      }
    });

    it("name a partner organisation as their provider to whoever may see that, and to others nobody", async () => {
      const event = partnershipEvent("PUBLIC");
      const providers = [partnerOrganizationEvent("CONSORTIUM"), partnerOrganizationEvent("PARTIES")];
      await tell(subgraph, "partners", [event, ...providers]);
      const untold = newId("PartnerOrganization");
      const provided = [...providers.map(({ recordId }) => recordId), untold];
      const ids: string[] = [];
      for (const provider of provided) {
        ids.push(await aProgram(subgraph.db, { partnership_id: event.recordId, provider_id: provider }));
      }
      const providersFor = async (viewer: Viewer) =>
        Promise.all(
          ids.map(async (id) => {
            const asked = "id provider { ... on PartnerOrganization { id } }";
            const program = await entity<{ provider: { id: string } | null }>(
              "Internship",
              id,
              asked,
              viewer,
            );
            return program!.provider?.id ?? null;
          }),
        );
      expect(await providersFor(viewers.visitor)).toEqual([null, null, null]);
      expect(await providersFor(viewers.stranger)).toEqual([null, null, null]);
      expect(await providersFor(viewers.member)).toEqual([provided[0], null, null]);
      expect(await providersFor(peopleOf(provided[1]!))).toEqual([null, provided[1], null]);
      const FILTERED = "query($f: ProgramFilter) { programs(first: 10, filter: $f) { nodes { id } } }";
      const foundBy = async (viewer: Viewer, providerId: object) => {
        const variables = { f: { partnershipId: { eq: event.recordId }, providerId } };
        const { programs: found } = await ask<{ programs: List }>(subgraph, FILTERED, viewer, variables);
        return found.nodes.map(({ id }) => id).sort();
      };
      expect(await foundBy(viewers.visitor, { eq: provided[0] })).toEqual([]);
      expect(await foundBy(viewers.visitor, { isNull: true })).toEqual([...ids].sort());
      expect(await foundBy(viewers.member, { eq: provided[0] })).toEqual([ids[0]]);
      expect(await foundBy(viewers.member, { in: provided })).toEqual([ids[0]]);
      expect(await foundBy(viewers.member, { isNull: false })).toEqual([ids[0]]);
    });

    it("no longer once it is narrowed or gone, however often that is told", async () => {
      const event = partnershipEvent("PUBLIC", []);
      const id = await aProgram(subgraph.db, { partnership_id: event.recordId });
      const isSeen = async () => (await entity("Program", id, "id")) !== null;
      const narrowed = { ...event, payload: { ...event.payload, visibility: "PARTIES" as const } };
      for (const [next, expected] of [
        [event, true],
        [event, true],
        [narrowed, false],
        [narrowed, false],
        [event, true],
        [{ ...event, payload: null }, false],
      ] as const) {
        await tell(subgraph, "partners", [next]);
        expect(await isSeen()).toBe(expected);
      }
    });
  });

  it("come in pages that together are the list, from either end, in either direction", async () => {
    const event = partnershipEvent("PUBLIC");
    await tell(subgraph, "partners", [event]);
    for (const title of ["b", "a", "C", "É", "e", "a"])
      await aProgram(subgraph.db, { partnership_id: event.recordId, title });
    const page = async (args: string) =>
      (await entity<{ programs: List }>(
        "Partnership",
        event.recordId,
        `programs(${args}) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id title } }`,
      ))!.programs;
    for (const order of [
      "",
      ", orderBy: [{ field: TITLE, direction: DESC }]",
      ", orderBy: [{ field: STARTS_ON }, { field: TITLE }]",
    ]) {
      const whole = await page(`first: 100${order}`);
      expect(whole).toMatchObject({
        totalCount: 6,
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      });
      const forward = [];
      for (let after = ""; ;) {
        const { nodes, pageInfo } = await page(`first: 4${order}${after}`);
        forward.push(...nodes);
        if (!pageInfo.hasNextPage) break;
        after = `, after: "${pageInfo.endCursor}"`;
      }
      expect(forward).toEqual(whole.nodes);
      const end = await page(`last: 4${order}`);
      const start = await page(`last: 4${order}, before: "${end.pageInfo.startCursor}"`);
      expect([...start.nodes, ...end.nodes]).toEqual(whole.nodes);
    }
    expect((await page("first: 6")).nodes.map(({ title }) => title!.toLowerCase().replace("é", "e"))).toEqual(
      ["a", "a", "b", "c", "e", "e"],
    );
  });

  it("come in the same order wherever a partnership stands more than once in an answer", async () => {
    const event = partnershipEvent("PUBLIC");
    await tell(subgraph, "partners", [event]);
    for (const title of ["a", "b", "c"])
      await aProgram(subgraph.db, { partnership_id: event.recordId, title });
    const key = { __typename: "Partnership", id: event.recordId };
    const { _entities } = await ask<{ _entities: { programs: { nodes: { title: string }[] } }[] }>(
      subgraph,
      `${ENTITIES} Partnership { programs(last: 5) { nodes { title } } } } }`,
      viewers.visitor,
      { r: [key, key] },
    );
    for (const { programs: list } of _entities)
      expect(list.nodes.map(({ title }) => title)).toEqual(["a", "b", "c"]);
  });

  it("are read by as many statements for many as for few", async () => {
    const kinds = ["INTERNSHIP", "MENTORING", "CODING_COURSE"];
    const partnerships: string[] = [];
    for (let index = 0; index < 12; index++) {
      const event = partnershipEvent("PUBLIC");
      partnerships.push(event.recordId);
      await tell(subgraph, "partners", [event]);
      for (const kind of kinds) {
        const id = await aProgram(subgraph.db, { partnership_id: event.recordId, kind });
        await aCohort(subgraph.db, { program_id: id });
      }
    }
    const query = `${ENTITIES} Partnership { programs(first: 5) { totalCount nodes { title host { id } cohorts(first: 3) { totalCount nodes { label program { title } } } } } } } }`;
    const count = async (ids: string[]) => {
      const r = ids.map((id) => ({ __typename: "Partnership", id }));
      return (await statementsOf(subgraph, () => ask(subgraph, query, viewers.visitor, { r }))).length;
    };
    const few = await count(partnerships.slice(0, 1));
    expect(await count(partnerships)).toBe(few);
    expect(few).toBe(5);
  });
});
