import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { Check } from "../../../shared/write/check.ts";
import { checked } from "../../../shared/write/check.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type {
  CommitContributionInput,
  CorrectContributionInput,
  DeliverContributionInput,
  DeliveryInput,
} from "./contribution.inputs.ts";
import { contributionKind } from "./contribution.kind.ts";
import type { Delivery } from "./contribution.ts";
import { Contribution } from "./contribution.ts";
import { expectOwnParty } from "./party-record.ts";

/** Most minor units of one amount: a hundred of them still add up exactly. */
const MOST_MINOR = 10_000_000_000_000;
/** Most deliveries of one contribution. */
const MOST_DELIVERIES = 100;

/** Checks an amount: a whole number of minor units. */
export function expectMinor(check: Check<object>, field: string, value: number | null | undefined): void {
  if (value == null) return;
  const isRight = Number.isInteger(value) && value >= 0 && value <= MOST_MINOR;
  check.expect(isRight, field, `a whole number of minor units from 0 to ${MOST_MINOR}`, value);
}

function expectDelivery(check: Check<object>, delivery: DeliveryInput, field: string): void {
  const { deliveredOn, amountMinor, quantity } = delivery;
  expectMinor(check, `${field}.amountMinor`, amountMinor);
  const now = today();
  check.expect(deliveredOn <= now, `${field}.deliveredOn`, `a date not after today, ${now}`, deliveredOn);
  if (quantity != null) check.expect(quantity >= 0, `${field}.quantity`, "a number from 0", quantity);
}

/** Deliveries as they are kept, the earliest first, and the sum that stands beside them. */
function delivered(
  deliveries: readonly DeliveryInput[],
): Pick<Contribution, "deliveries" | "deliveredMinor"> {
  const kept: Delivery[] = deliveries
    .map(({ deliveredOn, amountMinor, quantity }) => ({
      deliveredOn,
      amountMinor,
      quantity: quantity ?? null,
    }))
    .sort((one, other) => one.deliveredOn.localeCompare(other.deliveredOn));
  return {
    deliveries: kept,
    deliveredMinor: kept.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  };
}

/** The rules of a contribution that its commitment and its corrections share. */
function checkTerms(check: Check<CommitContributionInput | CorrectContributionInput>): void {
  const { committedMinor, committedQuantity } = check.input;
  check.currency("currency");
  expectMinor(check, "committedMinor", committedMinor);
  if (committedQuantity != null)
    check.expect(committedQuantity >= 0, "committedQuantity", "a number from 0", committedQuantity);
}

/** Commits a contribution of a party to a partnership. */
export function commitContribution(ctx: SubgraphContext, input: CommitContributionInput): Promise<string> {
  const { partnershipId, partyId } = input;
  const action = "commitContribution";
  return createRecord(ctx, contributionKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id, { facts }) => ({
      unit: null,
      committedQuantity: null,
      description: null,
      ...checked(Contribution, input, (check) => {
        expectOwnParty(check, ctx.viewer, facts, partyId);
        checkTerms(check);
        check.period("startsOn", "endsOn");
      }),
      id,
      partnershipId,
      partyId,
      ...delivered([]),
    }),
  });
}

/** Adds a delivery to those of a contribution. */
export function deliverContribution(ctx: SubgraphContext, input: DeliverContributionInput): Promise<string> {
  return changeRecord(ctx, contributionKind, { action: "deliverContribution", input }, (before) => {
    const { delivery } = input;
    checked(Contribution, input, (check) => {
      expectDelivery(check, delivery, "delivery");
      const { length } = before.deliveries;
      check.expect(
        length < MOST_DELIVERIES,
        "delivery",
        `at most ${MOST_DELIVERIES} deliveries of a contribution`,
        `${length + 1}`,
      );
    });
    return { ...before, ...delivered([...before.deliveries, delivery]) };
  });
}

/** Corrects what was said of a contribution or of its deliveries. */
export function correctContribution(ctx: SubgraphContext, input: CorrectContributionInput): Promise<string> {
  return changeRecord(ctx, contributionKind, { action: "correctContribution", input }, (before) => {
    const { deliveries, ...terms } = input;
    const given = checked(Contribution, terms, (check) => {
      checkTerms(check);
      const { startsOn = before.startsOn, endsOn = before.endsOn } = check.input;
      if (startsOn && endsOn)
        check.expect(startsOn <= endsOn, "endsOn", `a date not before startsOn, ${startsOn}`, endsOn);
      const { length = 0 } = deliveries ?? [];
      check.expect(length <= MOST_DELIVERIES, "deliveries", `at most ${MOST_DELIVERIES} deliveries`, length);
      deliveries?.forEach((each, index) => expectDelivery(check, each, `deliveries[${index}]`));
    });
    const corrected = { ...before, ...(given as Partial<Contribution>) };
    return deliveries ? { ...corrected, ...delivered(deliveries) } : corrected;
  });
}
