import type { TrustedDocuments } from "../trusted/manifest.ts";
import type { OperationParams } from "./params.ts";
import type { TextOf } from "./persisted.ts";
import { refuse } from "./refusal.ts";

/**
 * The text of a trusted document, where a client asks for one by its id. Anything else is found as before, or, where
 * nothing else is allowed, refused.
 */
export function trustedTexts(documents: TrustedDocuments, otherwise: TextOf | null): TextOf {
  return (params) => {
    const id = idIn(params);
    const text = id === undefined ? undefined : documents.get(id);
    if (text !== undefined && isSame(params.query, text)) return text;
    if (otherwise && params.documentId === undefined) return otherwise(params);
    throw refuse(
      "DOCUMENT_NOT_TRUSTED",
      id === undefined
        ? "Expected the id of a trusted document; got a text."
        : "Expected the id of a trusted document; this server knows none with the one that it got.",
      { status: 400 },
    );
  };
}

/** Clients that send the text as well get what they expect, or nothing. */
const isSame = (query: string | undefined, text: string) => query === undefined || query === text;

/** The id by GraphQL over HTTP's `documentId`, with or without the name of its hash, or as a persisted query's hash. */
function idIn({ documentId, extensions }: OperationParams): string | undefined {
  if (documentId !== undefined) return documentId.replace(/^sha256:/, "");
  const persisted = extensions?.["persistedQuery"] as { sha256Hash?: unknown } | null | undefined;
  return typeof persisted?.sha256Hash === "string" ? persisted.sha256Hash : undefined;
}
