import { StartupError } from "../../shared/errors.ts";
import { CONSOLE } from "../platform/audit.ts";
import { joinOrganisation, knowPerson } from "../platform/person/people.ts";
import { IDENTITY_LENGTH } from "../platform/person/person.ts";
import { grantRole } from "../platform/person/role.service.ts";
import { onPlatform, readId, readRole, say } from "./console.ts";

/** What the command line says of a person. */
export interface PersonFlags {
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  readonly organisation?: string[];
}

/** `consortia person add`: puts somebody down before or after they have signed in, with their organisations. */
export async function addPerson(flags: PersonFlags): Promise<void> {
  for (const option of ["issuer", "subject"] as const) {
    const { length } = flags[option];
    if (length < 1 || length > IDENTITY_LENGTH) {
      throw new StartupError(`--${option} expects 1 to ${IDENTITY_LENGTH} characters; got ${length}.`);
    }
  }
  const organisations = (flags.organisation ?? []).map((each) =>
    readId("--organisation", each, "Institution", "PartnerOrganization"),
  );
  const id = await onPlatform((db) =>
    db.write(async (tx) => {
      const known = await knowPerson(tx, flags);
      for (const organisation of organisations) await joinOrganisation(tx, known, organisation);
      return known;
    }),
  );
  say(id);
}

/** `consortia person grant`: gives somebody a role, such as the first admin of a consortium. */
export async function grantToPerson(
  personId: string,
  flags: { readonly consortium: string; readonly role: string; readonly organisation?: string },
): Promise<void> {
  const draft = {
    personId,
    consortiumId: readId("--consortium", flags.consortium, "Consortium"),
    role: readRole(flags.role),
    organisationId:
      flags.organisation === undefined
        ? null
        : readId("--organisation", flags.organisation, "Institution", "PartnerOrganization"),
  };
  const id = await onPlatform((db) => db.write((tx) => grantRole(tx, draft, CONSOLE)));
  say(`${id}: ${personId} is ${draft.role} in ${draft.consortiumId}.`);
}
