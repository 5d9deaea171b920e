import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { createRecord, lockRecord } from "../../../shared/write/change.ts";
import { checked } from "../../../shared/write/check.ts";
import { partyIds } from "../partnership/partnership.facts.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type { GiveFeedbackInput } from "./feedback.inputs.ts";
import { feedbackKind } from "./feedback.kind.ts";
import { Feedback } from "./feedback.ts";

const [LEAST, MOST] = [1, 5];

/** Gives feedback about a partnership, as a person of one of its parties. */
export function giveFeedback(ctx: SubgraphContext, input: GiveFeedbackInput): Promise<string> {
  const { partnershipId } = input;
  const action = "giveFeedback";
  const { id: personId, organisationIds } = ctx.viewer;
  return createRecord(ctx, feedbackKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id, { facts }) => ({
      comment: null,
      ...checked(Feedback, input, (check) => {
        const { partyId } = check.input;
        const isOwn = partyIds(facts).includes(partyId) && organisationIds.includes(partyId);
        check.expect(isOwn, "partyId", "the id of a party that you belong to", partyId);
        for (const topic of ["communication", "responsiveness", "value"] as const)
          check.range(topic, LEAST, MOST);
      }),
      id,
      partnershipId,
      personId: personId!,
      givenOn: today(),
    }),
  });
}
