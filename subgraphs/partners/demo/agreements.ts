import type { Transaction } from "../../../shared/data/database.ts";
import type { DemoPartnership } from "../../../shared/demo/records.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { derivedId } from "../../../shared/ids.ts";
import { eventOf } from "../../../shared/write/change.ts";
import { insertRecords } from "../../../shared/write/rows.ts";
import { newDraft, shown } from "../agreement/agreement.draft.ts";
import { AgreementKind } from "../agreement/agreement.enums.ts";
import { agreementKind } from "../agreement/agreement.kind.ts";
import { Agreement, AgreementVersion } from "../agreement/agreement.ts";
import type { KeptApproval } from "../agreement/agreement.ts";
import type { Terms } from "../agreement/terms.ts";
import { hashed } from "../agreement/terms.ts";
import { LEAST_SIGNATORIES } from "../partnership/partnership.stages.ts";

/** The day on which the demo's leads have proposed what the others have still to approve. */
const PROPOSED_ON = "2026-04-15";
/** Last days are spread over so many months from June 2026 on, so that some are near whenever one looks. */
const MONTHS = 30;
/** One in so many partnerships has a revision that only its lead has approved. */
const DRIFTING = 12;

const at = (day: string) => `${day} 15:00:00.000000`;
const lastDay = (year: number, month: number) =>
  new Date(Date.UTC(year, month + 1, 0)).toISOString().slice(0, 10);
const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const KINDS: Readonly<Record<string, AgreementKind>> = {
  ARTICULATION_TRANSFER: AgreementKind.ARTICULATION,
  DUAL_ENROLLMENT: AgreementKind.ARTICULATION,
  JOINT_DEGREE: AgreementKind.JOINT_DEGREE,
  WORK_BASED_LEARNING: AgreementKind.AFFILIATION,
  INFRASTRUCTURE: AgreementKind.GRANT,
};

/** An agreement with its versions. */
interface Whole {
  readonly agreement: Agreement;
  readonly versions: readonly object[];
}

/** The agreements of demo partnerships that have enough signatories: in force, expired, drifting or being renewed. */
export async function writeAgreements(tx: Transaction, batch: readonly DemoPartnership[]): Promise<void> {
  const all = batch.flatMap(agreementsOf);
  const agreements = all.map(({ agreement }) => agreement);
  await insertRecords(tx, Agreement, agreements);
  await insertRecords(
    tx,
    AgreementVersion,
    all.flatMap(({ versions }) => versions),
  );
  await publish(tx, await Promise.all(agreements.map((each) => eventOf(tx, agreementKind, each))));
}

function agreementsOf(partnership: DemoPartnership): Whole[] {
  const { index, stage } = partnership;
  const signatories = partnership.parties.filter(({ isSignatory }) => isSignatory).map(({ id }) => id);
  if (signatories.length < LEAST_SIGNATORIES) return [];
  const first = approved(partnership, "main", mainTerms(partnership), signatories);
  const data = index % 3 === 1 ? [approved(partnership, "data", dataTerms(partnership), signatories)] : [];
  if (stage === "RENEWING") return [first, renewal(partnership, first.agreement), ...data];
  return [stage === "ACTIVE" && index % DRIFTING === 5 ? drifting(partnership, first) : first, ...data];
}

function mainTerms({ index, name, subtype, stage, startsOn, endsOn, summary }: DemoPartnership): Terms {
  const near = lastDay(2026, 5 + (index % MONTHS));
  const isBounded = endsOn !== null && (stage === "ENDED" || endsOn < near);
  return {
    kind: KINDS[subtype] ?? AgreementKind.MOU,
    title: `Agreement on ${name}`,
    effectiveOn: startsOn,
    expiresOn: isBounded ? endsOn : near,
    noticeDays: [30, 60, 90][index % 3]!,
    autoRenew: stage !== "ENDED" && index % 5 === 2,
    sections: [
      { heading: "Purpose", text: summary },
      { heading: "Duties", text: "Each party names one coordinator; the coordinators meet every term." },
      { heading: "Notice", text: "Notice is given in writing to all parties." },
    ],
    documents: [],
  };
}

function dataTerms({ name, startsOn }: DemoPartnership): Terms {
  return {
    kind: AgreementKind.DATA_SHARING,
    title: `Data sharing for ${name}`,
    effectiveOn: startsOn,
    expiresOn: null,
    noticeDays: null,
    autoRenew: false,
    sections: [
      { heading: "Data", text: "Counts of participants by term and group; no records of single students." },
      { heading: "Protection", text: "Counts below ten are not published." },
    ],
    documents: [],
  };
}

const versionOf = (agreementId: string, number: number, terms: Terms, day: string, isApproved: boolean) => ({
  agreementId,
  number,
  ...hashed(terms),
  draftedAt: at(day),
  draftedBy: null,
  approvedOn: isApproved ? day : null,
});

/** An agreement that all signatories have approved on its first day. */
function approved(
  { id: partnershipId, startsOn }: DemoPartnership,
  name: string,
  terms: Terms,
  signatories: readonly string[],
): Whole {
  const id = derivedId("Agreement", partnershipId, name);
  const { termsHash } = hashed(terms);
  const approvals = signatories.map((partyId): KeptApproval => ({
    partyId,
    number: 1,
    termsHash,
    approvedAt: at(startsOn),
  }));
  const draft = newDraft(id, terms, { partnershipId, predecessorId: null });
  return {
    agreement: { ...draft, version: 1, approvals, isAwaitingApproval: false, approvedOn: startsOn },
    versions: [versionOf(id, 1, terms, startsOn, true)],
  };
}

/** The approval of the lead alone, of what it has proposed. */
const byLead = ({ parties }: DemoPartnership, number: number, termsHash: string): KeptApproval => ({
  partyId: parties[0]!.id,
  number,
  termsHash,
  approvedAt: at(PROPOSED_ON),
});

/** An agreement in force of which the lead has proposed other terms. */
function drifting(partnership: DemoPartnership, { agreement, versions }: Whole): Whole {
  const { id, approvals } = agreement;
  const terms: Terms = {
    ...agreement,
    noticeDays: 120,
    sections: agreement.sections.map((each) =>
      each.heading === "Duties" ? { ...each, text: "The coordinators meet every month." } : each,
    ),
  };
  const proposed = versionOf(id, 2, terms, PROPOSED_ON, false);
  const lead = byLead(partnership, 2, proposed.termsHash);
  return {
    agreement: {
      ...agreement,
      latestNumber: 2,
      latestTermsHash: proposed.termsHash,
      isAwaitingApproval: true,
      approvals: [lead, ...approvals.filter(({ partyId }) => partyId !== lead.partyId)],
    },
    versions: [...versions, proposed],
  };
}

/** The draft of a successor for three more years, which the lead has approved. */
function renewal(partnership: DemoPartnership, predecessor: Agreement): Whole {
  const { id: partnershipId } = partnership;
  const former = predecessor.expiresOn!;
  const terms: Terms = {
    ...predecessor,
    effectiveOn: dayAfter(former),
    expiresOn: lastDay(Number(former.slice(0, 4)) + 3, Number(former.slice(5, 7)) - 1),
  };
  const id = derivedId("Agreement", partnershipId, "renewal");
  const draft = newDraft(id, terms, { partnershipId, predecessorId: predecessor.id });
  return {
    agreement: { ...draft, version: 1, approvals: [byLead(partnership, 1, shown(terms, 1).termsHash)] },
    versions: [versionOf(id, 1, terms, PROPOSED_ON, false)],
  };
}
