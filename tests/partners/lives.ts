import type { Role, Viewer } from "../../shared/auth/viewer.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { newId } from "../../shared/ids.ts";

/** The consortium, institutions and people of tests about writing partnerships. */
export const CONSORTIUM = newId("Consortium");
export const [COLLEGE, SCHOOL, FAR] = [newId("Institution"), newId("Institution"), newId("Institution")];

export const person = (
  name: string,
  organisationIds: readonly string[],
  ...roles: readonly Role[]
): Viewer => ({
  id: `person_${name}`,
  kind: "PERSON",
  organisationIds,
  consortia: roles.length > 0 ? [{ id: CONSORTIUM, roles }] : [],
});

export const collegeSteward = person("college", [COLLEGE], "MEMBER", "STEWARD");
export const schoolSteward = person("school", [SCHOOL], "MEMBER", "STEWARD");
export const farSteward = person("far", [FAR], "MEMBER", "STEWARD");
export const admin = person("admin", [], "CONSORTIUM_ADMIN");
export const member = person("member", [COLLEGE], "MEMBER");

/** The institutions that can be parties, as the feed of institutions would have told of them. */
export async function knowInstitutions({ db }: Pick<RunningSubgraph, "db">): Promise<void> {
  await db.write((tx) =>
    insertRows(
      tx,
      "institution_projection",
      ["id", "name", "name_key", "type"],
      [COLLEGE, SCHOOL, FAR].map((id, index) => ({
        id,
        name: `Institution ${index}`,
        name_key: `institution ${index}`,
        type: "COLLEGE",
      })),
    ),
  );
}

/** Sends one mutation or query as a viewer; answers its only field, or the error's extensions with its message. */
export function sender(subgraph: () => RunningSubgraph) {
  return async (viewer: Viewer, text: string, variables: Record<string, unknown> = {}): Promise<any> => {
    const { data, errors } = await subgraph().execute({ query: text, variables }, viewer);
    if (errors) return { ...errors[0]!.extensions, message: errors[0]!.message };
    return Object.values(data!)[0];
  };
}

/** A mutation by its name, with its input's type, and the fields of what it answers. */
export const mutationOf = (name: string, fields: string): string => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
};

/** Proposes a partnership of the college and the school; answers its id. */
export async function proposePartnership(
  send: ReturnType<typeof sender>,
  overrides: object = {},
): Promise<string> {
  const input = {
    consortiumId: CONSORTIUM,
    name: "Robotics Compact",
    type: "ACADEMIC_COLLABORATION",
    modality: "HYBRID",
    scope: "REGIONAL",
    parties: [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: SCHOOL, role: "CO_LEAD" },
    ],
    ...overrides,
  };
  return (await send(collegeSteward, mutationOf("proposePartnership", "id"), { input })).id;
}
