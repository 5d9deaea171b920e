import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { GraphQLSchema } from "graphql";
import { getOperationAST, parse, validate } from "graphql";
import { z } from "zod";
import type { Config } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";

/** Documents that clients ask by their ids. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** What Apollo's and other clients' builds write; the ids are theirs. */
const listed = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
/** What GraphQL Code Generator and Relay write: texts by their ids. */
const mapped = z.record(z.string().min(1), z.string().min(1));

/** Reads a manifest; a file that is none stops the start. */
export function readManifest(file: string): TrustedDocuments {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new StartupError(`The trusted documents ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const list = listed.safeParse(json);
  if (list.success) return new Map(list.data.operations.map(({ id, body }) => [id, body]));
  const map = mapped.safeParse(json);
  if (map.success) return new Map(Object.entries(map.data));
  throw new StartupError(
    `${file} is no manifest of trusted documents: expected an apollo-persisted-query-manifest of version 1, or an object of texts by their ids.`,
  );
}

/** Refuses documents of which some could not be answered: whoever deploys hears of it, not their users. */
export function checkTrusted(documents: TrustedDocuments, schema: GraphQLSchema): void {
  const faults = [...documents].flatMap(([id, text]) => {
    const fault = faultOf(text, schema);
    return fault === null ? [] : [`${id}: ${fault}`];
  });
  if (faults.length > 0) throw new StartupError(`Wrong trusted documents. ${faults.join(" ")}`);
}

function faultOf(text: string, schema: GraphQLSchema): string | null {
  try {
    const document = parse(text);
    if (!getOperationAST(document)) return "Expected one operation.";
    return validate(schema, document)[0]?.message ?? null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The manifest of some documents, by their hashes: what clients and gateways are given. */
export function writeManifest(texts: readonly string[]): string {
  const operations = texts.map((body) => {
    const operation = getOperationAST(parse(body));
    const id = createHash("sha256").update(body).digest("hex");
    return { id, name: operation?.name?.value ?? "", type: operation?.operation ?? "", body };
  });
  return JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }, null, 2);
}

/** What the settings say of trusted documents. */
export function trustedBy({
  trustedDocuments: file,
  isTrustedOnly: isOnly,
}: Pick<Config, "trustedDocuments" | "isTrustedOnly">) {
  return file === null ? undefined : { documents: readManifest(file), isOnly };
}
