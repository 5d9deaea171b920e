import type { Transaction } from "../../../shared/data/database.ts";
import { SEED } from "../../../shared/demo/network.ts";
import { mix, Random } from "../../../shared/demo/random.ts";
import type { DemoPartnership } from "../../../shared/demo/records.ts";
import { derivedId } from "../../../shared/ids.ts";
import { insertRecords } from "../../../shared/write/rows.ts";
import { IssueCategory, IssueSeverity, IssueStatus, PartnershipIssue } from "../issue/issue.ts";

type Trouble = readonly [category: IssueCategory, title: string, mitigation: string];

const { GOAL_MISALIGNMENT, CULTURE, RESOURCE, LEGAL, COMMUNICATION, PERSONNEL } = IssueCategory;

/** The kinds of trouble that demo partnerships have, with what is done about each. */
const TROUBLES: readonly Trouble[] = [
  [COMMUNICATION, "Minutes come late", "Minutes are shared within a week of each meeting."],
  [RESOURCE, "Lab places are short", "A second partner opens its lab on Fridays."],
  [PERSONNEL, "The coordinator has left", "A deputy takes over until the post is filled."],
  [GOAL_MISALIGNMENT, "Parties count success differently", "One indicator is agreed for the next term."],
  [LEGAL, "The data clause is unclear", "Counsel of both sides rewords the clause."],
  [CULTURE, "Calendars of term and business year clash", "Placements begin after the exams."],
];

/** One partnership in so many has an issue. */
const ONE_IN = 3;

/** Writes the issues of demo partnerships: some open, some under way, some resolved. */
export async function writeIssues(tx: Transaction, batch: readonly DemoPartnership[]): Promise<void> {
  await insertRecords(tx, PartnershipIssue, batch.filter(({ index }) => index % ONE_IN === 0).map(issueOf));
}

function issueOf({ id: partnershipId, index, startsOn, parties }: DemoPartnership): PartnershipIssue {
  const random = new Random(mix(SEED, 41, index));
  const [category, title, mitigation] = random.pick(TROUBLES);
  const status = random.pick(Object.values(IssueStatus));
  const raised = Date.parse(startsOn) + random.between(30, 200) * 24 * 60 * 60 * 1000;
  const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  return {
    id: derivedId("PartnershipIssue", partnershipId, "0"),
    version: 1,
    partnershipId,
    category,
    severity: random.pick(Object.values(IssueSeverity)),
    title,
    titleKey: "",
    description: null,
    ownerId: random.pick(parties).id,
    mitigation: status === IssueStatus.OPEN ? null : mitigation,
    status,
    raisedOn: day(raised),
    resolvedOn: status === IssueStatus.RESOLVED ? day(raised + 45 * 24 * 60 * 60 * 1000) : null,
  };
}
