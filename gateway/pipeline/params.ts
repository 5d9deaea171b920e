import { parseJson as exactJson } from "../json.ts";
import { refuse } from "./refusal.ts";

/** What a client sends: the parameters of GraphQL over HTTP, the same over every transport. */
export interface OperationParams {
  readonly query?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** The id of a document that the server knows. */
  readonly documentId?: string | undefined;
}

const TYPES = {
  query: "string",
  operationName: "string",
  documentId: "string",
  variables: "object",
  extensions: "object",
} as const;

/** Checks what came as parameters; null is the same as nothing. */
export function readParams(sent: unknown): OperationParams {
  if (kindOf(sent) !== "object") throw wrong("an object with a query", sent);
  const params: Record<string, unknown> = {};
  for (const name in TYPES) {
    const value = (sent as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    const type = TYPES[name as keyof typeof TYPES];
    if (kindOf(value) !== type)
      throw wrong(`"${name}" to be ${type === "object" ? "an object" : "a text"}`, value);
    params[name] = value;
  }
  return params;
}

/** The same of a query string, where variables and extensions are JSON. */
export function readSearchParams(search: URLSearchParams): OperationParams {
  const sent: Record<string, unknown> = {};
  for (const name in TYPES) {
    const text = search.get(name);
    if (text === null || text === "") continue;
    sent[name] = TYPES[name as keyof typeof TYPES] === "object" ? parseJson(name, text) : text;
  }
  return readParams(sent);
}

function parseJson(name: string, text: string): unknown {
  try {
    return exactJson(text);
  } catch {
    throw wrong(`"${name}" to be JSON`, text);
  }
}

const kindOf = (value: unknown) =>
  value === null ? "null" : Array.isArray(value) ? "a list" : (typeof value as string);

const wrong = (expected: string, got: unknown) =>
  refuse("BAD_REQUEST", `Expected ${expected}; got ${kindOf(got)}.`, { status: 400 });
