import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { checked } from "../../../shared/write/check.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { partyIds } from "../partnership/partnership.facts.ts";
import type { PartnershipFacts } from "../partnership/partnership.facts.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type {
  MitigatePartnershipIssueInput,
  RaisePartnershipIssueInput,
  ResolvePartnershipIssueInput,
} from "./issue.inputs.ts";
import { issueKind } from "./issue.kind.ts";
import { IssueStatus, PartnershipIssue } from "./issue.ts";

type IssueInput = RaisePartnershipIssueInput | MitigatePartnershipIssueInput;

const given = <Input extends IssueInput>(input: Input, facts: PartnershipFacts) =>
  checked(PartnershipIssue, input, (check) => {
    const { ownerId } = check.input;
    if (ownerId != null) check.expect(partyIds(facts).includes(ownerId), "ownerId", "a party's id", ownerId);
  });

/** Raises an issue of a partnership. */
export function raisePartnershipIssue(
  ctx: SubgraphContext,
  input: RaisePartnershipIssueInput,
): Promise<string> {
  const { partnershipId } = input;
  const action = "raisePartnershipIssue";
  return createRecord(ctx, issueKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id, { facts }) => ({
      description: null,
      ownerId: null,
      ...given(input, facts),
      id,
      partnershipId,
      titleKey: "",
      mitigation: null,
      status: IssueStatus.OPEN,
      raisedOn: today(),
      resolvedOn: null,
    }),
  });
}

/** Says what is done about an issue. */
export function mitigatePartnershipIssue(
  ctx: SubgraphContext,
  input: MitigatePartnershipIssueInput,
): Promise<string> {
  return changeRecord(ctx, issueKind, { action: "mitigatePartnershipIssue", input }, (before, facts) => ({
    ...before,
    ...(given(input, facts) as Partial<PartnershipIssue>),
    status: IssueStatus.MITIGATING,
    resolvedOn: null,
  }));
}

/** Closes an issue; one that is resolved stays so. */
export function resolvePartnershipIssue(
  ctx: SubgraphContext,
  input: ResolvePartnershipIssueInput,
): Promise<string> {
  return changeRecord(ctx, issueKind, { action: "resolvePartnershipIssue", input }, (before) =>
    before.status === IssueStatus.RESOLVED
      ? before
      : { ...before, status: IssueStatus.RESOLVED, resolvedOn: today() },
  );
}
