import sql from "sql-template-tag";
import { insertRecords } from "../../../shared/write/rows.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { Random, mix } from "../../../shared/demo/random.ts";
import type { DemoParty, DemoPartnership } from "../../../shared/demo/records.ts";
import type { DemoWorld } from "../../../shared/demo/world.ts";
import { derivedId } from "../../../shared/ids.ts";
import { Benefit } from "../benefit/benefit.ts";
import {
  ContributionCategory as Category,
  ValuationMethod as Method,
} from "../contribution/contribution.enums.ts";
import { Contribution } from "../contribution/contribution.ts";
import { ExchangeRate } from "../exchange-rate/exchange-rate.ts";

const SEED = 1_207;

/** What a party of the demo network gives, in which currency and how it is valued. */
interface Kind {
  readonly category: Category;
  readonly currency: string;
  readonly valuationMethod: Method;
  readonly unit: string | null;
  /** Minor units of one unit, or of the whole where there is no unit. */
  readonly priceMinor: number;
  readonly description: string;
}

const kind = (
  category: Category,
  currency: string,
  valuationMethod: Method,
  priceMinor: number,
  description: string,
  unit: string | null = null,
): Kind => ({ category, currency, valuationMethod, unit, priceMinor, description });

const OF_INSTITUTIONS: readonly Kind[] = [
  kind(Category.STAFF_TIME, "USD", Method.HOURLY_RATE, 4_800, "Coordination and teaching.", "hours"),
  kind(Category.FACILITIES, "USD", Method.MARKET_RATE, 18_000, "Rooms and laboratories.", "days"),
  kind(Category.CURRICULUM, "USD", Method.SELF_REPORTED, 1_500_000, "Course materials."),
];
const OF_ORGANIZATIONS: readonly Kind[] = [
  kind(Category.CASH, "USD", Method.FACE_VALUE, 2_500_000, "Support for participants."),
  kind(Category.EXPERTISE, "USD", Method.HOURLY_RATE, 9_000, "Mentors and guest lectures.", "hours"),
  kind(Category.GRANT, "EUR", Method.FACE_VALUE, 3_000_000, "A grant of a European foundation."),
  kind(Category.VOLUNTEER_HOURS, "USD", Method.HOURLY_RATE, 3_300, "Volunteers at events.", "hours"),
  // No consortium has set a rate for it, so that equity shows how it says what it leaves out.
  kind(Category.EQUIPMENT, "CAD", Method.INDEPENDENT_APPRAISAL, 1_200_000, "Equipment for a laboratory."),
];

/** Rates of the euro at the beginning of each year; made up, near what they were. */
const EURO = [
  ["2019-01-01", "1.1450"],
  ["2020-01-01", "1.1230"],
  ["2021-01-01", "1.2270"],
  ["2022-01-01", "1.1370"],
  ["2023-01-01", "1.0700"],
  ["2024-01-01", "1.1040"],
  ["2025-01-01", "1.0390"],
] as const;

/** The exchange rates of the demo network's consortia. */
export async function writeExchangeRates(tx: Transaction, { consortia }: DemoWorld): Promise<void> {
  const rates = consortia.flatMap(({ id: consortiumId }) =>
    EURO.map(([effectiveOn, rate]) => ({
      id: derivedId("ExchangeRate", consortiumId, "EUR", effectiveOn),
      version: 1,
      consortiumId,
      currency: "EUR",
      reportingCurrency: "USD",
      rate,
      effectiveOn,
    })),
  );
  const [there] = await tx.read(sql`SELECT id FROM exchange_rate WHERE id = ${rates[0]!.id}`);
  if (!there) await insertRecords(tx, ExchangeRate, rates);
}

/** What the parties of partnerships give and get: most as committed, some late or more than that. */
export async function writeContributions(tx: Transaction, batch: readonly DemoPartnership[]): Promise<void> {
  await insertRecords(tx, Contribution, batch.flatMap(contributionsOf));
  await insertRecords(tx, Benefit, batch.flatMap(benefitsOf));
}

/** The year in which a partnership that still runs has commitments for a second time. */
const SECOND_YEAR = 2024;

/** A period of twelve months and the last days of its quarters. */
function yearFrom(startsOn: string, year: number) {
  const month = Number(startsOn.slice(5, 7)) - 1;
  const lastDay = (months: number) => new Date(Date.UTC(year, month + months, 0)).toISOString().slice(0, 10);
  const quarters = [3, 6, 9, 12].map(lastDay);
  return { startsOn: `${year}${startsOn.slice(4)}`, endsOn: quarters[3]!, quarters };
}

function contributionsOf({ index, id, startsOn, endsOn, parties }: DemoPartnership): Contribution[] {
  const startYear = Number(startsOn.slice(0, 4));
  const runsOn = endsOn === null || endsOn > `${SECOND_YEAR + 1}`;
  const years = runsOn ? [startYear, SECOND_YEAR] : [startYear];
  return parties.flatMap((party, place) =>
    years.map((year) => contributionOf(id, party, yearFrom(startsOn, year), mix(SEED, index, place, year))),
  );
}

function contributionOf(
  partnershipId: string,
  { id: partyId, kind: partyKind }: DemoParty,
  { startsOn, endsOn, quarters }: ReturnType<typeof yearFrom>,
  seed: number,
): Contribution {
  const random = new Random(seed);
  const { priceMinor, unit, ...given } = random.pick(
    partyKind === "INSTITUTION" ? OF_INSTITUTIONS : OF_ORGANIZATIONS,
  );
  // Four equal parts are committed; what comes of them is none to five.
  const perQuarter = unit ? random.between(5, 60) : 1;
  const delivered = random.weighted([
    [4, 65],
    [5, 10],
    [2, 15],
    [0, 10],
  ]);
  const deliveries = Array.from({ length: delivered }, (_, part) => ({
    deliveredOn: quarters[Math.min(part, 3)]!,
    amountMinor: (perQuarter * priceMinor) / (unit ? 1 : 4),
    quantity: unit ? perQuarter : null,
  }));
  return {
    id: derivedId("Contribution", partnershipId, partyId, startsOn),
    version: 1,
    partnershipId,
    partyId,
    ...given,
    startsOn,
    endsOn,
    unit,
    committedQuantity: unit ? 4 * perQuarter : null,
    committedMinor: (unit ? 4 : 1) * perQuarter * priceMinor,
    deliveredMinor: deliveries.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    deliveries,
  };
}

function benefitsOf({ index, id, startsOn, parties }: DemoPartnership): Benefit[] {
  const { endsOn } = yearFrom(startsOn, Number(startsOn.slice(0, 4)));
  return parties.map(({ id: partyId, kind: partyKind }, place) => {
    const random = new Random(mix(SEED, index, place));
    const isInstitution = partyKind === "INSTITUTION";
    return {
      id: derivedId("Benefit", id, partyId, endsOn),
      version: 1,
      partnershipId: id,
      partyId,
      category: isInstitution ? random.pick([Category.CASH, Category.EQUIPMENT]) : Category.STAFF_TIME,
      receivedOn: endsOn,
      valuationMethod: isInstitution ? Method.FACE_VALUE : Method.SELF_REPORTED,
      currency: "USD",
      amountMinor: random.between(4, 40) * 50_000,
      description: isInstitution ? "Received for programs." : "Work of participants.",
    };
  });
}
