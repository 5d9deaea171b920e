import type { Transaction } from "../../../shared/data/database.ts";
import { SEED, TERMS } from "../../../shared/demo/network.ts";
import { mix, Random } from "../../../shared/demo/random.ts";
import type { DemoPartnership } from "../../../shared/demo/records.ts";
import { derivedId } from "../../../shared/ids.ts";
import { insertRecords } from "../../../shared/write/rows.ts";
import type { Content } from "../../../shared/write/change.ts";
import { ActionItem, ActionItemStatus } from "../action-item/action-item.ts";
import { Feedback } from "../feedback/feedback.ts";
import { Interaction, InteractionKind } from "../interaction/interaction.ts";

const { MEETING, SITE_VISIT, CALL, EVENT, CONFERENCE, COMMUNITY_MEETING, UPDATE } = InteractionKind;

type Talk = readonly [kind: InteractionKind, title: string, decision: string, task: string];

/** Kinds of interactions by how often there are some, each with a title, a decision and the work that follows. */
const TALKS: readonly (readonly [Talk, number])[] = [
  [
    [MEETING, "Steering meeting", "The next cohort is planned jointly.", "Send the plan of the next cohort"],
    4,
  ],
  [[CALL, "Coordinators' call", "Calls are held every other week.", "Circulate the dates of the calls"], 3],
  [[SITE_VISIT, "Visit to the workplace", "Students may visit twice a term.", "Propose dates for visits"], 2],
  [
    [
      EVENT,
      "Showcase of student work",
      "The showcase is repeated next year.",
      "Book a hall for the showcase",
    ],
    1,
  ],
  [[CONFERENCE, "Joint session at a conference", "The talk is published.", "Write up the talk"], 1],
  [
    [COMMUNITY_MEETING, "Evening for families", "Questions are answered in writing.", "Answer the questions"],
    1,
  ],
  [[UPDATE, "News of the term", "Figures are shared each term.", "Share the figures of the term"], 1],
];

/** Terms at the end of the demo network's time in which there are interactions. */
const RECENT_TERMS = TERMS.slice(-4);
/** A term has some sixteen weeks. */
const DAYS_OF_TERM = 110;
/** Some parties have lost touch: nothing is logged of the last terms. */
const QUIET = { chance: 0.15, terms: 2 };
/** Days that assigned work may take. */
const DAYS_TO_DO = [14, 42] as const;

const after = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

/** Writes the interactions, action items and feedback of demo partnerships. */
export async function writeInteractions(tx: Transaction, batch: readonly DemoPartnership[]): Promise<void> {
  const lives = batch.map(lifeOf);
  const versioned = <T>(records: readonly Content<T>[]) => records.map((each) => ({ ...each, version: 1 }));
  const all = <T>(part: (life: ReturnType<typeof lifeOf>) => readonly Content<T>[]) =>
    versioned(lives.flatMap(part));
  await insertRecords(
    tx,
    Interaction,
    all<Interaction>(({ interactions }) => interactions),
  );
  await insertRecords(
    tx,
    ActionItem,
    all<ActionItem>(({ actionItems }) => actionItems),
  );
  await insertRecords(
    tx,
    Feedback,
    all<Feedback>(({ feedback }) => feedback),
  );
}

/** The contacts of one partnership's parties, from its first meeting on. */
function lifeOf(partnership: DemoPartnership) {
  const { id: partnershipId, index, startsOn, endsOn, parties } = partnership;
  const random = new Random(mix(SEED, 40, index));
  const isQuiet = random.chance(QUIET.chance);
  const terms = isQuiet ? RECENT_TERMS.slice(0, -QUIET.terms) : RECENT_TERMS;
  const days = terms.map((term) => after(term.startsOn, random.between(0, DAYS_OF_TERM)));
  const interactions = [after(startsOn, 21), ...days]
    .filter((heldOn) => endsOn === null || heldOn <= endsOn)
    .map((heldOn, number) => interactionOf(partnership, number, heldOn, random));
  const actionItems = interactions.map(({ id: interactionId, heldOn, task }, number): Content<ActionItem> => {
    const isLast = number === interactions.length - 1;
    const dueOn = after(heldOn, random.between(...DAYS_TO_DO));
    const ownerId = random.pick(parties).id;
    const { OPEN, DONE, CANCELED } = ActionItemStatus;
    // Of the last work some is still to come, some is late; of what came before a little was never done.
    const status = random.weighted([
      [isLast ? OPEN : DONE, 8],
      [DONE, 1],
      [CANCELED, 1],
    ] as const);
    return {
      id: derivedId("ActionItem", partnershipId, String(number)),
      partnershipId,
      interactionId,
      description: task,
      descriptionKey: "",
      ownerId,
      dueOn: status === OPEN && random.chance(0.4) ? after(dueOn, 2 * 365) : dueOn,
      status,
      completedOn: status === DONE ? after(dueOn, random.between(-9, 9)) : null,
    };
  });
  return {
    interactions: interactions.map(({ task: _task, ...interaction }) => interaction),
    actionItems,
    feedback: random.chance(0.6)
      ? parties.map(({ id }) => feedbackOf(partnershipId, id, isQuiet, random))
      : [],
  };
}

function interactionOf(
  { id: partnershipId, name, parties }: DemoPartnership,
  number: number,
  heldOn: string,
  random: Random,
) {
  const [kind, title, decision, task] = number === 0 ? TALKS[0]![0] : random.weighted(TALKS);
  const place = random.pick(["Online", "At the lead's campus", "At a partner's office"]);
  return {
    id: derivedId("Interaction", partnershipId, String(number)),
    partnershipId,
    kind,
    title: number === 0 ? "First meeting of the partners" : title,
    titleKey: "",
    heldOn,
    place: kind === CALL || kind === UPDATE ? "Online" : place,
    attendees: parties.map((party) => ({
      partyId: party.id,
      count: random.between(1, 4),
      roles: party.role === "LEAD" ? "Coordinator and teachers" : null,
    })),
    decisions: [decision],
    minutes: `The partners of ${name} looked back on the last months. ${decision} Made up for the demo network.`,
    task,
  } satisfies Content<Interaction> & { task: string };
}

function feedbackOf(
  partnershipId: string,
  partyId: string,
  isQuiet: boolean,
  random: Random,
): Content<Feedback> {
  const rating = (least: number) => random.between(least, 5);
  return {
    id: derivedId("Feedback", partnershipId, partyId),
    partnershipId,
    partyId,
    personId: derivedId("Person", "demo feedback", partyId),
    communication: isQuiet ? random.between(1, 3) : rating(3),
    responsiveness: isQuiet ? random.between(1, 4) : rating(2),
    value: rating(3),
    comment: random.chance(0.4)
      ? isQuiet
        ? "We hear too little from each other."
        : "It is worth the effort."
      : null,
    givenOn: after(TERMS[TERMS.length - 1]!.startsOn, random.between(0, DAYS_OF_TERM)),
  };
}
