import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { getOperationAST } from "graphql";
import { LRUCache } from "lru-cache";
import type { Withheld } from "../execution/withheld.ts";
import type { Caller } from "../identity/caller.ts";
import { requirementsOf } from "./asked.ts";
import { permittedPart } from "./permitted.ts";
import type { PolicyCheck, Requirement } from "./requirement.ts";
import { grantsOf, isMet, policiesIn } from "./requirement.ts";
import { readRequirements } from "./requirements.ts";
import { createWithholding } from "./withholding.ts";

/** Most parts that are kept of one operation, one for each set of requirements that a caller doesn't meet. */
const PARTS_KEPT = 32;

/** As much of an operation as its caller may ask for. */
export interface Permitted {
  /** What is to be planned. */
  readonly document: DocumentNode;
  readonly withheld: Withheld;
}

/** Tells what a caller may ask of an operation; null when that is all of it. */
export type Authorizer = (
  document: DocumentNode,
  operationName: string | null | undefined,
  caller: Caller,
) => Promise<Permitted | null>;

/** What is known of an operation, whoever asks it. */
interface Asked {
  readonly requirements: readonly Requirement[];
  readonly policies: readonly string[];
  readonly parts: LRUCache<string, Permitted>;
}

/** Makes the authorizer of a supergraph; null when everybody may ask for everything. */
export function createAuthorizer(
  supergraphSdl: string,
  schema: GraphQLSchema,
  policiesFor: PolicyCheck = ({ policies }) => new Set(policies),
): Authorizer | null {
  const requirements = readRequirements(supergraphSdl);
  if (!requirements) return null;
  const known = new WeakMap<OperationDefinitionNode, Asked>();

  const askedBy = (document: DocumentNode, operation: OperationDefinitionNode): Asked => {
    let asked = known.get(operation);
    if (!asked) {
      const all = requirementsOf(schema, requirements, document, operation);
      asked = { requirements: all, policies: policiesIn(all), parts: new LRUCache({ max: PARTS_KEPT }) };
      known.set(operation, asked);
    }
    return asked;
  };

  return async (document, operationName, caller) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const asked = askedBy(document, operation);
    if (asked.requirements.length === 0) return null;
    const policies = asked.policies.length > 0 ? await policiesFor(caller, asked.policies) : NO_POLICIES;
    const grants = grantsOf(caller, policies);
    const met = asked.requirements.map((each) => isMet(each, grants));
    if (met.every(Boolean)) return null;
    const key = met.map(Number).join("");
    let part = asked.parts.get(key);
    if (!part) {
      const unmet = new Set(asked.requirements.filter((_, index) => !met[index]));
      const withheld = createWithholding(schema, requirements, unmet);
      part = { document: permittedPart(schema, withheld, document, operation), withheld };
      asked.parts.set(key, part);
    }
    return part;
  };
}

const NO_POLICIES: ReadonlySet<string> = new Set();
