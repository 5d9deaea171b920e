import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "./processes.ts";

/** A service of `docker-compose.yml`, as far as tests run or check it. */
export interface Service {
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly configs?: readonly { source: string; target: string }[];
}

/** `docker-compose.yml`, with its variables filled in. */
export interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { content: string }>>;
}

/** The file as it is written. */
export const composeText = readFileSync(join(ROOT, "docker-compose.yml"), "utf8");

/** Reads the file as compose would: anchors merged, `${NAME:?why}` and `${NAME:-default}` filled in. */
export function readComposition(variables: Readonly<Record<string, string>>): Composition {
  return fill(parse(composeText, { merge: true }), variables) as Composition;
}

function fill(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") {
    return value.replace(
      /\$\{(\w+)(?::([?-])([^}]*))?\}/g,
      (_, name: string, kind?: string, rest?: string) => {
        const given = variables[name];
        if (given) return given;
        if (kind === "-") return rest ?? "";
        throw new Error(`required variable ${name} is missing a value: ${rest}`);
      },
    );
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, variables));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, variables)]));
  }
  return value;
}

/** Names of services, each behind those that it depends on. */
export function startOrder(services: Composition["services"]): string[] {
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name)) return;
    Object.keys(services[name]?.depends_on ?? {}).forEach(visit);
    order.push(name);
  };
  Object.keys(services).forEach(visit);
  return order;
}
