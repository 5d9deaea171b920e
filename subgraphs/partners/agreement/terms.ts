import { createHash } from "node:crypto";
import { canonicalize } from "json-canonicalize";
import { Field, InputType, ObjectType } from "type-graphql";
import type { AgreementKind } from "./agreement.enums.ts";

@ObjectType("AgreementSection", { description: "A section of an agreement's terms." })
@InputType("AgreementSectionInput", { description: "A section of an agreement's terms." })
export class AgreementSection {
  @Field(() => String, {
    description: "Its heading, of at most 200 characters; no two sections have the same.",
  })
  heading!: string;

  @Field(() => String, { description: "Its text, of at most 20,000 characters." })
  text!: string;
}

@ObjectType("AgreementDocument", { description: "A document that belongs to an agreement's terms." })
@InputType("AgreementDocumentInput", { description: "A document that belongs to an agreement's terms." })
export class AgreementDocument {
  @Field(() => String, { description: "The document's name, of at most 200 characters." })
  name!: string;

  @Field(() => String, {
    description: "Its web address, of at most 2,000 characters; no two documents have the same.",
  })
  address!: string;

  @Field(() => String, { description: "SHA-256 of its bytes, as 64 hexadecimal digits." })
  sha256!: string;
}

@ObjectType("AgreementTermsChange", {
  description: "A term that differs between the version that a party approved and the latest one.",
})
export class AgreementTermsChange {
  @Field(() => String, {
    description:
      "The term: a field such as `expiresOn`, a section as `sections[Heading]`, a document as `documents[address].sha256`; `sections` or `documents` where only their order differs.",
  })
  path!: string;

  @Field(() => String, {
    nullable: true,
    description: "The value that the party approved; null where there was none.",
  })
  from!: string | null;

  @Field(() => String, { nullable: true, description: "The latest value; null where there is none." })
  to!: string | null;
}

/** All that the parties agree on: the text that is hashed and approved has this and nothing else. */
export interface Terms {
  readonly kind: AgreementKind;
  readonly title: string;
  readonly effectiveOn: string | null;
  readonly expiresOn: string | null;
  readonly noticeDays: number | null;
  readonly autoRenew: boolean;
  readonly sections: readonly AgreementSection[];
  readonly documents: readonly AgreementDocument[];
}

/** The terms of something that has them among other properties; rows and inputs have objects of other prototypes. */
export function termsOf(source: Terms): Terms {
  const { kind, title, effectiveOn, expiresOn, noticeDays, autoRenew, sections, documents } = source;
  return {
    kind,
    title,
    effectiveOn,
    expiresOn,
    noticeDays,
    autoRenew,
    sections: sections.map(({ heading, text }) => ({ heading, text })),
    documents: documents.map(({ name, address, sha256 }) => ({ name, address, sha256 })),
  };
}

/** The canonical text of terms (RFC 8785), and its SHA-256 as hexadecimal digits. */
export function hashed(terms: Terms): { readonly canonicalTerms: string; readonly termsHash: string } {
  const canonicalTerms = canonicalize(termsOf(terms));
  return { canonicalTerms, termsHash: createHash("sha256").update(canonicalTerms, "utf8").digest("hex") };
}

/** The day by which notice has to be given: so many days before the last one. Null where either is not agreed. */
export function noticeDay({ expiresOn, noticeDays }: Pick<Terms, "expiresOn" | "noticeDays">): string | null {
  if (expiresOn === null || noticeDays === null) return null;
  const day = new Date(`${expiresOn}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - noticeDays);
  return day.toISOString().slice(0, 10);
}

/** The terms in which two versions differ; empty only where they are the same. */
export function differences(former: Terms, latest: Terms): AgreementTermsChange[] {
  const [before, after] = [flattened(former), flattened(latest)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [from, to] = [before.get(path) ?? null, after.get(path) ?? null];
    return from === to ? [] : [{ path, from, to }];
  });
  const headings = ({ sections }: Terms) => sections.map(({ heading }) => heading);
  const addresses = ({ documents }: Terms) => documents.map(({ address }) => address);
  return [
    ...changes,
    ...reordered("sections", headings(former), headings(latest)),
    ...reordered("documents", addresses(former), addresses(latest)),
  ];
}

/** Each term as text, by its path. */
function flattened({ sections, documents, ...fields }: Terms): Map<string, string> {
  return new Map([
    ...Object.entries(fields).flatMap(([path, value]): [string, string][] =>
      value === null ? [] : [[path, String(value)]],
    ),
    ...sections.map(({ heading, text }): [string, string] => [`sections[${heading}]`, text]),
    ...documents.flatMap(({ name, address, sha256 }): [string, string][] => [
      [`documents[${address}].name`, name],
      [`documents[${address}].sha256`, sha256],
    ]),
  ]);
}

/** The change of the order of the entries that two lists have in common. */
function reordered(
  path: string,
  former: readonly string[],
  latest: readonly string[],
): AgreementTermsChange[] {
  const from = JSON.stringify(former.filter((each) => latest.includes(each)));
  const to = JSON.stringify(latest.filter((each) => former.includes(each)));
  return from === to ? [] : [{ path, from, to }];
}
