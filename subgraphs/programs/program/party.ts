import { createUnionType } from "type-graphql";
import { Institution } from "../institution/institution.stub.ts";
import { PartnerOrganization } from "../partner-organization/partner-organization.stub.ts";

/** The same union as in the partners subgraph, here of stubs. */
export const Party = createUnionType({
  name: "Party",
  description: "What a partnership has two or more of: an institution or a partner organisation.",
  types: () => [Institution, PartnerOrganization] as const,
});
