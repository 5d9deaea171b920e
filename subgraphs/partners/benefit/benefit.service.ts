import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { Check } from "../../../shared/write/check.ts";
import { checked } from "../../../shared/write/check.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { expectMinor } from "../contribution/contribution.service.ts";
import { expectOwnParty } from "../contribution/party-record.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type { CorrectBenefitInput, RecordBenefitInput } from "./benefit.inputs.ts";
import { benefitKind } from "./benefit.kind.ts";
import { Benefit } from "./benefit.ts";

function checkBenefit(check: Check<RecordBenefitInput | CorrectBenefitInput>): void {
  const { receivedOn, amountMinor } = check.input;
  check.currency("currency");
  expectMinor(check, "amountMinor", amountMinor);
  const now = today();
  if (receivedOn != null)
    check.expect(receivedOn <= now, "receivedOn", `a date not after today, ${now}`, receivedOn);
}

/** Records a benefit that a party has had from a partnership. */
export function recordBenefit(ctx: SubgraphContext, input: RecordBenefitInput): Promise<string> {
  const { partnershipId, partyId } = input;
  const action = "recordBenefit";
  return createRecord(ctx, benefitKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id, { facts }) => ({
      description: null,
      ...checked(Benefit, input, (check) => {
        expectOwnParty(check, ctx.viewer, facts, partyId);
        checkBenefit(check);
      }),
      id,
      partnershipId,
      partyId,
    }),
  });
}

/** Corrects what was said of a benefit. */
export function correctBenefit(ctx: SubgraphContext, input: CorrectBenefitInput): Promise<string> {
  return changeRecord(ctx, benefitKind, { action: "correctBenefit", input }, (before) => ({
    ...before,
    ...(checked(Benefit, input, checkBenefit) as Partial<Benefit>),
  }));
}
