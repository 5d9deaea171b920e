import sql from "sql-template-tag";
import type { ActionName } from "../../../shared/auth/actions.ts";
import { today } from "../../../shared/clock.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { Check } from "../../../shared/write/check.ts";
import { checked } from "../../../shared/write/check.ts";
import { allow, changeRecord, createRecord } from "../../../shared/write/change.ts";
import { badInput, conflict, notFound } from "../../../shared/write/refuse.ts";
import {
  Modality,
  PartnershipScope,
  PartnershipStage,
  PartnershipType,
  PartnershipVisibility,
} from "./partnership.enums.ts";
import type { PartnershipFacts } from "./partnership.facts.ts";
import { signatoryIds } from "./partnership.facts.ts";
import type {
  AdvancePartnershipInput,
  ChangePartnershipInput,
  ProposePartnershipInput,
  RenewPartnershipInput,
  StopPartnershipInput,
} from "./partnership.inputs.ts";
import { partnershipKind } from "./partnership.kind.ts";
import { addParties, checkParties, unknownParties } from "./partnership.parties.ts";
import { byPartiesAndAdmins } from "./partnership.policy.ts";
import { LEAST_SIGNATORIES, NEXT_STAGES, UNSIGNED } from "./partnership.stages.ts";
import { Partnership } from "./partnership.ts";

const SDG_TARGET = /^([1-9]|1[0-7])(\.(\d{1,2}|[a-d]))?$/;

/** The fields of a partnership that rules hold against each other. */
type PartnershipFields = {
  readonly [Key in "type" | "scope" | "modality" | "details" | "sdgTargets" | "startsOn" | "endsOn"]?:
    Partnership[Key] | null;
};

/** The rules on a partnership's own fields, as it is to be. */
function checkPartnership(check: Check<PartnershipFields>): void {
  const { type, scope, modality, details, sdgTargets } = check.input;
  check.period("startsOn", "endsOn");
  sdgTargets?.forEach((target, index) =>
    check.expect(SDG_TARGET.test(target), `sdgTargets[${index}]`, "a goal or target such as 4.4", target),
  );
  const isOf = (isRight: boolean, part: string, kind: string) =>
    check.expect(isRight, `details.${part}`, kind, "one");
  if (details?.publicPrivate) {
    isOf(type === PartnershipType.PUBLIC_PRIVATE, "publicPrivate", "a partnership of type PUBLIC_PRIVATE");
  }
  if (details?.academic) {
    isOf(type === PartnershipType.ACADEMIC_COLLABORATION, "academic", "one of type ACADEMIC_COLLABORATION");
  }
  if (details?.countries) {
    isOf(scope === PartnershipScope.INTERNATIONAL, "countries", "a partnership of scope INTERNATIONAL");
  }
  if (details?.platform) isOf(modality !== Modality.IN_PERSON, "platform", "a VIRTUAL or HYBRID partnership");
}

/** Proposes a partnership; it begins as a PROSPECT. */
export function proposePartnership(ctx: SubgraphContext, input: ProposePartnershipInput): Promise<string> {
  const { consortiumId, parties } = input;
  return createRecord(ctx, partnershipKind, {
    action: "proposePartnership",
    input,
    async authorize() {
      const facts = {
        consortiumId,
        parties: parties.map(({ partyId, ...party }) => ({ id: partyId, ...party })),
      };
      allow({ proposePartnership: byPartiesAndAdmins }, "proposePartnership", ctx.viewer, facts);
    },
    async make(id, _parent, tx) {
      const given = checked(Partnership, input, (check) => {
        checkPartnership(check);
        checkParties(check, parties);
      });
      await refuseUnknown(
        ctx,
        tx,
        parties.map(({ partyId }) => partyId),
        (index) => `parties[${index}].partyId`,
      );
      return {
        subtype: null,
        summary: null,
        startsOn: null,
        endsOn: null,
        details: null,
        ...given,
        visibility: input.visibility ?? PartnershipVisibility.PARTIES,
        sdgTargets: input.sdgTargets ?? [],
        id,
        consortiumId,
        sharingLevel: 0,
        nameKey: "",
        stage: PartnershipStage.PROSPECT,
        stageSince: today(),
        isInvented: false,
      };
    },
    attach: (id, tx) => addParties(tx, id, parties),
  });
}

/** Changes what a partnership says of itself. */
export function changePartnership(ctx: SubgraphContext, input: ChangePartnershipInput): Promise<string> {
  return changeRecord(ctx, partnershipKind, { action: "changePartnership", input }, (before) => {
    const given = checked(Partnership, input);
    const after = { ...before, ...given } as Partnership;
    checked(Partnership, after, checkPartnership);
    return after;
  });
}

/** Takes a partnership on to one of its next stages. */
export function advancePartnership(ctx: SubgraphContext, input: AdvancePartnershipInput): Promise<string> {
  return toStage(ctx, "advancePartnership", input, input.stage);
}

/** Suspends, declines or ends a partnership; says why. */
const stop =
  (action: ActionName, stage: PartnershipStage) => (ctx: SubgraphContext, input: StopPartnershipInput) => {
    return toStage(ctx, action, input, stage);
  };
export const suspendPartnership = stop("suspendPartnership", PartnershipStage.SUSPENDED);
export const declinePartnership = stop("declinePartnership", PartnershipStage.DECLINED);
export const endPartnership = stop("endPartnership", PartnershipStage.ENDED);

/** Renews a partnership that is under review or renewing: it is active until a later day. */
export function renewPartnership(ctx: SubgraphContext, input: RenewPartnershipInput): Promise<string> {
  return changeRecord(ctx, partnershipKind, { action: "renewPartnership", input }, (before, facts) => {
    const { endsOn } = input;
    if (!RENEWABLE.includes(before.stage)) {
      throw conflict(
        `A partnership is renewed while it is ${RENEWABLE.join(" or ")}; it is ${before.stage}.`,
        {
          field: "id",
        },
      );
    }
    const earliest = before.endsOn ?? today();
    if (endsOn <= earliest) throw badInput("endsOn", `a date after ${earliest}`, endsOn);
    return { ...staged(before, facts, PartnershipStage.ACTIVE), endsOn };
  });
}

const RENEWABLE: readonly PartnershipStage[] = [PartnershipStage.UNDER_REVIEW, PartnershipStage.RENEWING];

const NEEDS_REASON: readonly PartnershipStage[] = [
  PartnershipStage.SUSPENDED,
  PartnershipStage.DECLINED,
  PartnershipStage.ENDED,
];

function toStage(
  ctx: SubgraphContext,
  action: ActionName,
  input: StopPartnershipInput,
  stage: PartnershipStage,
): Promise<string> {
  return changeRecord(ctx, partnershipKind, { action, input }, (before, facts) => {
    if (NEEDS_REASON.includes(stage) && !input.reason?.trim()) {
      throw badInput("reason", `why it is ${stage}`, "nothing");
    }
    return staged(before, facts, stage);
  });
}

/** A partnership at another stage; throws CONFLICT where its own does not lead there. */
function staged(before: Partnership, facts: PartnershipFacts, stage: PartnershipStage): Partnership {
  if (before.stage === stage) return before;
  const allowed = NEXT_STAGES[before.stage];
  if (!allowed.includes(stage)) {
    const next = allowed.length > 0 ? `one of ${allowed.join(", ")}` : "no other stage: it has ended";
    throw conflict(`From ${before.stage} it goes to ${next}; got ${stage}.`, { field: "stage" });
  }
  const signatories = signatoryIds(facts).length;
  if (!UNSIGNED.includes(stage) && signatories < LEAST_SIGNATORIES) {
    throw conflict(
      `A partnership has at least ${LEAST_SIGNATORIES} signatory parties from SIGNED on; got ${signatories}.`,
      { field: "stage" },
    );
  }
  const startsOn = stage === PartnershipStage.SIGNED ? (before.startsOn ?? today()) : before.startsOn;
  const endsOn = stage === PartnershipStage.ENDED ? today() : before.endsOn;
  return { ...before, stage, stageSince: today(), startsOn, endsOn };
}

/** Throws NOT_FOUND unless all parties are known. */
export async function refuseUnknown(
  { viewer }: SubgraphContext,
  tx: Transaction,
  ids: readonly string[],
  fieldOf: (index: number) => string,
): Promise<void> {
  const unknown = await unknownParties(tx, viewer, ids);
  const index = ids.findIndex((id) => unknown.has(id));
  if (index < 0) return;
  throw notFound(
    "There is no institution and no active partner organization with this id that you may see.",
    fieldOf(index),
  );
}

/** The place behind the last party of a partnership. */
export async function nextPosition(tx: Transaction, partnershipId: string): Promise<number> {
  const [row] = await tx.read<{ next: number }>(
    sql`SELECT COALESCE(MAX(position), -1) + 1 AS next FROM partnership_party WHERE partnership_id = ${partnershipId}`,
  );
  return Number(row!.next);
}
