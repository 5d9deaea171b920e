/** How an indicator is computed; see `IndicatorType` in the graph. */
type Type = "COUNT" | "SUM" | "RATIO" | "MEAN" | "INDEX" | "NPS";

/** An indicator of the demo catalogue. */
export interface DemoIndicator {
  readonly code: string;
  readonly name: string;
  readonly definition: string;
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly unit: string;
  readonly direction: "HIGHER_IS_BETTER" | "LOWER_IS_BETTER" | "NEUTRAL";
  readonly type: Type;
  readonly additivity: "ADDITIVE" | "SEMI_ADDITIVE" | "NON_ADDITIVE";
  readonly references: readonly string[];
}

const ratio = (
  code: string,
  name: string,
  definition: string,
  numerator: string,
  denominator: string,
  references: string[] = [],
  direction: DemoIndicator["direction"] = "HIGHER_IS_BETTER",
): DemoIndicator => ({
  code,
  name,
  definition,
  numerator,
  denominator,
  unit: "share",
  direction,
  type: "RATIO",
  additivity: "NON_ADDITIVE",
  references,
});

const other = (
  type: Type,
  code: string,
  name: string,
  definition: string,
  unit: string,
  additivity: DemoIndicator["additivity"],
): DemoIndicator => ({
  code,
  name,
  definition,
  numerator: null,
  denominator: null,
  unit,
  direction: "HIGHER_IS_BETTER",
  type,
  additivity,
  references: [],
});

const NACE = "NACE internship and co-op benchmarks";

/** The twenty indicators of the demo network; their places here are their numbers. */
export const INDICATORS: readonly DemoIndicator[] = [
  other(
    "COUNT",
    "ENROLLED",
    "Participants enrolled",
    "Participants enrolled at the census day of the period.",
    "people",
    "SEMI_ADDITIVE",
  ),
  ratio(
    "COMPLETION_RATE",
    "Completion rate",
    "Share of enrolled participants who completed the program in the period.",
    "participants who completed",
    "participants enrolled",
    ["SDG 4.4"],
  ),
  ratio(
    "PLACEMENT_RATE",
    "Placement rate",
    "Share of completers who were in work or further study six months later.",
    "completers placed",
    "completers",
    ["SDG 8.6"],
  ),
  ratio(
    "ATTENDANCE_RATE",
    "Attendance rate",
    "Share of participants who attended at least 90 % of the planned hours.",
    "participants with at least 90 % attendance",
    "participants enrolled",
  ),
  other(
    "MEAN",
    "SATISFACTION",
    "Satisfaction",
    "Mean of participants' answers from 1 to 5.",
    "points of 5",
    "NON_ADDITIVE",
  ),
  ratio(
    "OFFER_RATE",
    "Offer rate",
    "Offers of employment over eligible interns.",
    "offers extended",
    "eligible interns",
    [NACE],
  ),
  ratio(
    "ACCEPTANCE_RATE",
    "Acceptance rate",
    "Accepted offers over offers.",
    "offers accepted",
    "offers extended",
    [NACE],
  ),
  ratio(
    "CONVERSION_RATE",
    "Conversion rate",
    "Accepted offers over eligible interns.",
    "offers accepted",
    "eligible interns",
    [NACE],
  ),
  other(
    "SUM",
    "MENTOR_SESSIONS",
    "Mentoring sessions held",
    "Sessions that took place.",
    "sessions",
    "ADDITIVE",
  ),
  other(
    "COUNT",
    "CREDENTIALS_AWARDED",
    "Credentials awarded",
    "Participants who received a credential.",
    "people",
    "ADDITIVE",
  ),
  other(
    "MEAN",
    "LEARNING_GAIN",
    "Learning gain",
    "Mean of post-score less pre-score.",
    "points of 100",
    "NON_ADDITIVE",
  ),
  other(
    "SUM",
    "HOURS_SERVED",
    "Hours served",
    "Hours that participants worked or served.",
    "hours",
    "ADDITIVE",
  ),
  other(
    "NPS",
    "NPS",
    "Net promoter score",
    "Share of 9 and 10 less share of 0 to 6.",
    "points",
    "NON_ADDITIVE",
  ),
  other(
    "SUM",
    "FUNDING_RAISED",
    "Funding raised",
    "Funding that the partnership raised in the period.",
    "US dollars",
    "ADDITIVE",
  ),
  ratio(
    "RETENTION_RATE",
    "Retention rate",
    "Share of first-year students who came back for the second year.",
    "students who came back",
    "first-year students",
    ["IPEDS retention rate"],
  ),
  ratio(
    "GRADUATION_RATE",
    "Graduation rate",
    "Share of a cohort that completed within 150 % of normal time.",
    "completers within 150 % of normal time",
    "students of the cohort",
    ["IPEDS graduation rate"],
  ),
  ratio(
    "PARTICIPATION_RATE",
    "Participation rate",
    "Share of students who took part in any program of a partnership.",
    "participants",
    "students enrolled",
  ),
  ratio(
    "FIRST_GENERATION_SHARE",
    "First-generation share",
    "Share of participants who are first in their family to study.",
    "first-generation participants",
    "participants",
    [],
    "HIGHER_IS_BETTER",
  ),
  ratio(
    "WITHDRAWAL_RATE",
    "Withdrawal rate",
    "Share of participants who withdrew in the period.",
    "participants who withdrew",
    "participants enrolled",
    [],
    "LOWER_IS_BETTER",
  ),
  ratio(
    "TOP2BOX",
    "Top-two-box satisfaction",
    "Share of participants who answered 4 or 5 of 5.",
    "answers of 4 or 5",
    "answers",
  ),
];

/** A group that figures are told apart by; ALL is everybody. */
export interface DemoGroup {
  readonly code: string;
  readonly dimension: string | null;
  readonly label: string;
  /** Its part of the students, and how far its rates lie from everybody's. */
  readonly share: number;
  readonly gap: number;
}

/** Student groups; the groups of one dimension add up to everybody. */
export const GROUPS: readonly DemoGroup[] = [
  { code: "ALL", dimension: null, label: "All students", share: 1, gap: 0 },
  { code: "RACE_ETHNICITY:ASIAN", dimension: "RACE_ETHNICITY", label: "Asian", share: 0.08, gap: 0.04 },
  {
    code: "RACE_ETHNICITY:BLACK",
    dimension: "RACE_ETHNICITY",
    label: "Black or African American",
    share: 0.17,
    gap: -0.09,
  },
  {
    code: "RACE_ETHNICITY:HISPANIC",
    dimension: "RACE_ETHNICITY",
    label: "Hispanic or Latino",
    share: 0.24,
    gap: -0.05,
  },
  { code: "RACE_ETHNICITY:WHITE", dimension: "RACE_ETHNICITY", label: "White", share: 0.44, gap: 0.05 },
  {
    code: "RACE_ETHNICITY:OTHER",
    dimension: "RACE_ETHNICITY",
    label: "Another or several",
    share: 0.07,
    gap: -0.02,
  },
  { code: "GENDER:FEMALE", dimension: "GENDER", label: "Women", share: 0.54, gap: 0.03 },
  { code: "GENDER:MALE", dimension: "GENDER", label: "Men", share: 0.46, gap: -0.03 },
  {
    code: "FIRST_GENERATION:YES",
    dimension: "FIRST_GENERATION",
    label: "First generation",
    share: 0.38,
    gap: -0.08,
  },
  {
    code: "FIRST_GENERATION:NO",
    dimension: "FIRST_GENERATION",
    label: "Not first generation",
    share: 0.62,
    gap: 0.05,
  },
  { code: "LOW_INCOME:YES", dimension: "LOW_INCOME", label: "Low income", share: 0.45, gap: -0.07 },
  { code: "LOW_INCOME:NO", dimension: "LOW_INCOME", label: "Not low income", share: 0.55, gap: 0.06 },
  { code: "DISABILITY:YES", dimension: "DISABILITY", label: "With a disability", share: 0.12, gap: -0.06 },
  { code: "DISABILITY:NO", dimension: "DISABILITY", label: "Without a disability", share: 0.88, gap: 0.01 },
  { code: "LANGUAGE:ENGLISH", dimension: "LANGUAGE", label: "English at home", share: 0.79, gap: 0.02 },
  {
    code: "LANGUAGE:OTHER",
    dimension: "LANGUAGE",
    label: "Another language at home",
    share: 0.21,
    gap: -0.05,
  },
];
