import type { Check } from "../../../shared/write/check.ts";
import { checked, normalized } from "../../../shared/write/check.ts";
import { Agreement } from "./agreement.ts";
import type { AgreementDocument, AgreementSection, Terms } from "./terms.ts";
import { termsOf } from "./terms.ts";

const MOST_NOTICE_DAYS = 3_650;
const SHORT_LENGTH = 200;
const TEXT_LENGTH = 20_000;
const ADDRESS_LENGTH = 2_000;
const SHA256 = /^[0-9a-f]{64}$/;
/** Half a character, which no UTF-8 has: a hash of a text with one would be that of another text. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Terms as an input has them: what is required may be null, what is left out is undefined. */
export type TermsInput = { readonly [Key in keyof Terms]?: Terms[Key] | null | undefined };

const NAMES = [
  "kind",
  "title",
  "effectiveOn",
  "expiresOn",
  "noticeDays",
  "autoRenew",
  "sections",
  "documents",
] as const satisfies readonly (keyof Terms)[];

/** The terms that an input gives on top of others, normalized and checked; all faults are told at once. */
export function checkedTerms(base: TermsInput, input: TermsInput): Terms {
  const given = Object.fromEntries(
    NAMES.map((name) => [name, input[name] === undefined ? base[name] : input[name]]),
  ) as TermsInput;
  const terms = {
    ...given,
    sections: given.sections?.map(({ heading, text }) => ({
      heading: normalized(heading),
      text: normalized(text),
    })),
    documents: given.documents?.map(({ name, address, sha256 }) => ({
      name: normalized(name),
      address: address.trim(),
      sha256: sha256.trim().toLowerCase(),
    })),
  };
  // A list that is given as null is told as missing.
  const whole = { ...terms, sections: terms.sections ?? null, documents: terms.documents ?? null };
  return termsOf(checked(Agreement, whole, checkTerms) as unknown as Terms);
}

function checkTerms(check: Check<TermsInput>): void {
  const { title, sections, documents } = check.input;
  if (title) wellFormed(check, "title", title);
  check.period("effectiveOn", "expiresOn");
  check.range("noticeDays", 0, MOST_NOTICE_DAYS);
  if (sections) checkSections(check, sections);
  if (documents) checkDocuments(check, documents);
}

function checkSections(check: Check<TermsInput>, sections: readonly AgreementSection[]): void {
  check.expect(sections.length > 0, "sections", "one section or more", "none");
  const headings = sections.map(({ heading }) => heading);
  sections.forEach(({ heading, text }, index) => {
    const field = `sections[${index}]`;
    within(check, `${field}.heading`, heading, SHORT_LENGTH);
    within(check, `${field}.text`, text, TEXT_LENGTH);
    check.expect(headings.indexOf(heading) === index, `${field}.heading`, "each heading once", heading);
  });
}

function checkDocuments(check: Check<TermsInput>, documents: readonly AgreementDocument[]): void {
  const addresses = documents.map(({ address }) => address);
  documents.forEach(({ name, address, sha256 }, index) => {
    const field = `documents[${index}]`;
    within(check, `${field}.name`, name, SHORT_LENGTH);
    within(check, `${field}.address`, address, ADDRESS_LENGTH);
    const isWeb = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
    check.expect(isWeb, `${field}.address`, "an address that begins with http:// or https://", address);
    check.expect(addresses.indexOf(address) === index, `${field}.address`, "each address once", address);
    check.expect(SHA256.test(sha256), `${field}.sha256`, "64 hexadecimal digits", sha256);
  });
}

function within(check: Check<TermsInput>, field: string, text: string, most: number): void {
  const { length } = text;
  check.expect(length > 0 && length <= most, field, `1 to ${most} characters`, `${length} characters`);
  wellFormed(check, field, text);
}

function wellFormed(check: Check<TermsInput>, field: string, text: string): void {
  const isWhole = !LONE_SURROGATE.test(text) && !/\0/.test(text);
  check.expect(isWhole, field, "a text of whole Unicode characters without NUL", "another");
}
