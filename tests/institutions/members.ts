import type { OperationDefinitionNode } from "graphql";
import { getVariableValues, parse } from "graphql";
import type { Role, Viewer } from "../../shared/auth/viewer.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { newId } from "../../shared/ids.ts";
import { institutions } from "../../subgraphs/institutions/subgraph.ts";
import { startTestSubgraph } from "../database.ts";

const FIELDS = `role status invitedOn joinedOn leftOn dataSharingTier institution { id } consortium { id }`;
/** A consortium that the tests are not about. */
export const ELSEWHERE = newId("Consortium");

export const viewer = (organisationIds: string[], ...consortia: [string, ...Role[]][]): Viewer => ({
  id: "somebody",
  kind: "PERSON",
  organisationIds,
  consortia: consortia.map(([id, ...roles]) => ({ id, roles })),
});
export const operator = viewer([], [ELSEWHERE, "OPERATOR"]);
export const adminOf = (consortium: string) =>
  viewer([newId("Institution")], [consortium, "MEMBER", "CONSORTIUM_ADMIN"]);
export const memberOf = (consortium: string) =>
  viewer([newId("Institution")], [consortium, "MEMBER", "STEWARD"]);
/** A steward of an institution, in some consortium. */
export const stewardOf = (institution: string, consortium = ELSEWHERE) =>
  viewer([institution], [consortium, "MEMBER", "STEWARD"]);
export const staffOf = (institution: string) => viewer([institution], [ELSEWHERE, "MEMBER", "ANALYST"]);

/** The subgraph that a test file works on, of its own. */
export let subgraph: RunningSubgraph;

export async function startInstitutions(): Promise<void> {
  subgraph = await startTestSubgraph(institutions);
}

/** Runs an operation with its variables as the gateway sends them: what the schema has defaults for is filled in. */
export function run(query: string, variables: Record<string, unknown>, who: Viewer) {
  const [operation] = parse(query).definitions as [OperationDefinitionNode];
  const { coerced } = getVariableValues(subgraph.schema, operation.variableDefinitions!, variables);
  return subgraph.execute({ query, variables: coerced! }, who);
}

/** What a mutation answers: the thing changed, or the code of its error and the field that it is about. */
export async function change(name: string, input: object, who: Viewer, fields = FIELDS): Promise<any> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
  const { data, errors } = await run(query, { input }, who);
  if (!errors) return (data as Record<string, unknown>)[name];
  expect(data).toEqual({ [name]: null });
  const { code, field } = errors[0]!.extensions;
  return field ? [code, field] : [code];
}

/** The answer's data; there must be no errors. */
export async function ask(query: string, who: Viewer): Promise<any> {
  const { data, errors } = await subgraph.execute({ query }, who);
  expect(errors).toBeUndefined();
  return data;
}

/** Registers an institution and answers its id. */
export async function anInstitution(): Promise<string> {
  const id = newId("Institution");
  const now = "2026-01-01 00:00:00.000000";
  const row = { id, name: id, name_key: id, type: "COLLEGE", status: "ACTIVE", is_invented: true };
  await subgraph.db.write((tx) =>
    insertRows(
      tx,
      "institution",
      [...Object.keys(row), "created_at", "updated_at"],
      [{ ...row, created_at: now, updated_at: now }],
    ),
  );
  return id;
}

let names = 0;
const aConsortium = async (): Promise<string> =>
  (await change("createConsortium", { name: `Consortium ${++names}` }, operator, "id")).id;

/** A consortium, an institution, and what their mutations are called with. */
export async function aPair() {
  const [consortiumId, institutionId] = [await aConsortium(), await anInstitution()];
  return {
    input: { consortiumId, institutionId },
    admin: adminOf(consortiumId),
    steward: stewardOf(institutionId, consortiumId),
  };
}

/** The same, with a membership that has come as far as is asked for. */
export async function aMembership(status: "INVITED" | "ACTIVE" | "ENDED", dataSharingTier = "PARTNERSHIPS") {
  const pair = await aPair();
  await change("inviteInstitution", pair.input, pair.admin);
  if (status === "INVITED") return pair;
  await change("admitInstitution", { ...pair.input, dataSharingTier }, pair.steward);
  if (status === "ENDED") await change("endMembership", pair.input, pair.admin);
  return pair;
}
