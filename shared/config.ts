import { join } from "node:path";
import { z } from "zod";
import { networkList, originList } from "./addresses.ts";
import type { Allowance } from "./auth/allowance.ts";
import { allowance } from "./auth/allowance.ts";
import type { IssuerSettings } from "./auth/issuers.ts";
import { issuerList } from "./auth/issuers.ts";
import type { DatabaseLocation } from "./data/open.ts";
import { StartupError } from "./errors.ts";

/** The four subgraphs, by the names that settings, files and schemas carry. */
export const SUBGRAPHS = ["institutions", "partners", "programs", "metrics"] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** Everything that has a database of its own: the four subgraphs, and the gateway's own subgraph. */
export const DATABASES = [...SUBGRAPHS, "platform"] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** One setting: its name in the environment, what it means, and its default in words; the README's table is made of these. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  readonly default: string;
}

const databaseUrl = z
  .url({
    protocol: /^(mysql|mariadb)$/,
    error: "expected an address such as mysql://user:password@host:3306/consortia",
  })
  .transform((text) => new URL(text));
const httpUrl = z.url({
  protocol: /^https?$/,
  error: "expected an address such as http://host:4001/graphql",
});
const redisUrl = z.url({
  protocol: /^rediss?$/,
  error: "expected an address such as redis://user:password@host:6379",
});
const onOrOff = z.enum(["on", "off"], { error: 'expected "on" or "off"' });
const port = z.coerce
  .number({ error: "expected a port number from 0 to 65535" })
  .int("expected a port number from 0 to 65535")
  .min(0, "expected a port number from 0 to 65535")
  .max(65535, "expected a port number from 0 to 65535");

const perName = <T extends z.ZodType>(names: readonly string[], suffix: string, type: T) =>
  Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_${suffix}`, type.optional()]));

const environment = z.object({
  PORT: port.default(4000),
  HOST: z.string().min(1).default("localhost"),
  DATA_DIR: z.string().min(1).default("data"),
  DATABASE_URL: databaseUrl.optional(),
  GATEWAY_SECRET: z.string().min(32, "expected at least 32 characters").optional(),
  OIDC_ISSUERS: issuerList.default([]),
  REDIS_URL: redisUrl.optional(),
  MEMBER_BUDGET: allowance.default({ capacity: 5_000_000, refillPerSecond: 50_000 }),
  VISITOR_BUDGET: allowance.default({ capacity: 1_000_000, refillPerSecond: 5_000 }),
  MAX_DELAY: z.coerce
    .number({ error: "expected milliseconds" })
    .int("expected whole milliseconds")
    .min(0, "expected 0 or more milliseconds")
    .default(1_000),
  CORS_ORIGINS: originList.default([]),
  TRUSTED_PROXIES: networkList.default([]),
  TRUSTED_DOCUMENTS: z.string().min(1).optional(),
  TRUSTED_DOCUMENTS_ONLY: onOrOff.default("off"),
  DEMO: onOrOff.default("on"),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], {
      error: "expected debug, info, warn, error or silent",
    })
    .default("warn"),
  NODE_ENV: z.string().optional(),
  ...perName(DATABASES, "DATABASE_URL", databaseUrl),
  ...perName(SUBGRAPHS, "URL", httpUrl),
});

/** Every setting there is. */
export const SETTINGS: readonly Setting[] = [
  { name: "PORT", meaning: "Port to listen on; 0 takes a free one.", default: "4000" },
  { name: "HOST", meaning: "Address to listen on.", default: "localhost" },
  {
    name: "DATA_DIR",
    meaning: "Folder of the embedded databases. One process at a time serves what is in it.",
    default: "data",
  },
  {
    name: "DATABASE_URL",
    meaning:
      "MariaDB or MySQL server, as `mysql://user:password@host:3306/consortia`; each subgraph takes the schema of that name and its own (`consortia_partners`).",
    default: "none: the embedded database",
  },
  {
    name: "<SUBGRAPH>_DATABASE_URL",
    meaning:
      "The schema of one subgraph, such as `PARTNERS_DATABASE_URL`, where they are on different servers.",
    default: "from DATABASE_URL",
  },
  {
    name: "PLATFORM_DATABASE_URL",
    meaning:
      "The schema in which the gateway keeps people, roles, API keys and the audit log; one for all gateways.",
    default: "from DATABASE_URL",
  },
  {
    name: "<SUBGRAPH>_URL",
    meaning:
      "Where a separate subgraph is reached, such as `PARTNERS_URL=http://partners:4002/graphql`; for the gateway and for subgraphs that follow its feed.",
    default: "none",
  },
  {
    name: "GATEWAY_SECRET",
    meaning:
      "Secret of at least 32 characters, by which subgraphs know their gateway; the same for all processes.",
    default: "none: required for separate processes",
  },
  {
    name: "OIDC_ISSUERS",
    meaning:
      "Whose access tokens are accepted, as `https://login.example.org audience=consortia`, several separated by `;`. Optional for each: `jwks=https://…` (else by OpenID Connect Discovery), `algorithms=RS256,ES256`, `tolerance=30` (seconds between clocks), `policies=groups` (the claim that names the policies of a supergraph's `@policy` that hold). `https` only, but on this machine.",
    default: "none",
  },
  {
    name: "REDIS_URL",
    meaning:
      "Redis, as `redis://user:password@host:6379`, where gateways or instances of a subgraph run several times: their budgets, and the signatures that have been used, are then counted together.",
    default: "none: each process counts for itself",
  },
  {
    name: "MEMBER_BUDGET",
    meaning:
      "What each member and each API key may spend on operations: how much at most, and how much comes back in a second; or `off`.",
    default: "5000000+50000/s",
  },
  {
    name: "VISITOR_BUDGET",
    meaning: "The same for each address that visitors come from.",
    default: "1000000+5000/s",
  },
  {
    name: "MAX_DELAY",
    meaning:
      "Milliseconds by which a gateway may be behind with its work, on average over a second, before it refuses operations; 0: never.",
    default: "1000",
  },
  {
    name: "CORS_ORIGINS",
    meaning:
      "Origins of other sites whose pages may ask, as `https://app.example.org`, several separated by commas.",
    default: "none",
  },
  {
    name: "TRUSTED_PROXIES",
    meaning:
      "Addresses and networks of proxies that are believed whom they ask for (`X-Forwarded-For`), as `10.0.0.0/8`, several separated by commas.",
    default: "none: the address that connects is the caller's",
  },
  {
    name: "TRUSTED_DOCUMENTS",
    meaning:
      "A manifest of operations that clients may ask by their ids (`documentId`), as `consortia trust` writes it.",
    default: "none",
  },
  {
    name: "TRUSTED_DOCUMENTS_ONLY",
    meaning: "`on`: nothing but trusted documents is answered.",
    default: "off",
  },
  {
    name: "DEMO",
    meaning:
      "`on`: `start` loads the demo network into empty databases and accepts demo viewers from this machine. `off`: neither.",
    default: "on",
  },
  { name: "LOG_LEVEL", meaning: "`debug`, `info`, `warn`, `error` or `silent`.", default: "warn" },
  {
    name: "NODE_ENV",
    meaning: "`production`: nobody can be one of the demo network's people, by header or by token.",
    default: "none",
  },
];

/** Everything the environment says, checked once, at start. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly gatewaySecret: string | null;
  /** Whose access tokens are accepted. */
  readonly issuers: readonly IssuerSettings[];
  /** Where processes that run several times count together. */
  readonly redisUrl: string | null;
  /** What callers may spend; null where they are not bounded. */
  readonly budgets: { readonly member: Allowance | null; readonly visitor: Allowance | null };
  /** Milliseconds by which a gateway may be behind before it refuses operations; 0 for no bound. */
  readonly maxDelay: number;
  /** Origins of other sites whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies that are believed whom they ask for. */
  readonly trustedProxies: readonly string[];
  /** The manifest of trusted documents. */
  readonly trustedDocuments: string | null;
  readonly isTrustedOnly: boolean;
  readonly isDemo: boolean;
  readonly isProduction: boolean;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** Where each subgraph and the gateway keep their data. */
  readonly databases: Readonly<Record<DatabaseName, DatabaseLocation>>;
  /** Where separate subgraphs are reached; absent for those that are not. */
  readonly subgraphUrls: Readonly<Partial<Record<SubgraphName, string>>>;
}

/** Reads the environment; every wrong setting is named at once, and the process does not start. */
export function readConfig(overrides: NodeJS.ProcessEnv = {}): Config {
  // A setting that is there but empty is a setting that is not there: compose files write them so.
  const present = (settings: NodeJS.ProcessEnv) =>
    Object.entries(settings).filter(([, value]) => value !== "" && value !== undefined);
  const given = Object.fromEntries([...present(process.env), ...present(overrides)]);
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) =>
        `${String(issue.path[0])}: ${issue.message}; got ${JSON.stringify(given[String(issue.path[0])])}`,
    );
    throw new StartupError(`Wrong settings. ${faults.join(". ")}.`);
  }
  if (parsed.data.TRUSTED_DOCUMENTS_ONLY === "on" && !parsed.data.TRUSTED_DOCUMENTS) {
    throw new StartupError(
      "Wrong settings. TRUSTED_DOCUMENTS_ONLY: expected TRUSTED_DOCUMENTS to name a manifest.",
    );
  }
  const values = parsed.data as typeof parsed.data & Record<string, unknown>;
  const own = <T>(name: DatabaseName, suffix: string) =>
    values[`${name.toUpperCase()}_${suffix}`] as T | undefined;
  return {
    port: values.PORT,
    host: values.HOST,
    gatewaySecret: values.GATEWAY_SECRET ?? null,
    issuers: values.OIDC_ISSUERS,
    redisUrl: values.REDIS_URL ?? null,
    budgets: { member: values.MEMBER_BUDGET, visitor: values.VISITOR_BUDGET },
    maxDelay: values.MAX_DELAY,
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    trustedDocuments: values.TRUSTED_DOCUMENTS ?? null,
    isTrustedOnly: values.TRUSTED_DOCUMENTS_ONLY === "on",
    isDemo: values.DEMO === "on",
    isProduction: values.NODE_ENV === "production",
    logLevel: values.LOG_LEVEL,
    databases: forEach(DATABASES, (name) => {
      const url = own<URL>(name, "DATABASE_URL") ?? schemaOf(values.DATABASE_URL, name);
      return url ? { url } : { file: join(values.DATA_DIR, `${name}.sqlite`) };
    }),
    subgraphUrls: forEach(SUBGRAPHS, (name) => own<string>(name, "URL")),
  };
}

/** A record with one value for each name. */
function forEach<Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}

function schemaOf(server: URL | undefined, name: DatabaseName): URL | null {
  if (!server) return null;
  const url = new URL(server);
  url.pathname = `${url.pathname.length > 1 ? url.pathname : "/consortia"}_${name}`;
  return url;
}
