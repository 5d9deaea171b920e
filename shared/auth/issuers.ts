import { z } from "zod";

/** Signature algorithms that an issuer may use: asymmetric ones alone, so that a public key can never sign. */
export const TOKEN_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** An issuer of access tokens (an OpenID Connect provider) that is trusted. */
export interface IssuerSettings {
  /** Exactly as tokens carry it in `iss`. */
  readonly issuer: string;
  /** What tokens must be made for, `aud`: this API's own name, so that a client's ID tokens are not accepted. */
  readonly audience: string;
  /** Where its keys are; found by OpenID Connect Discovery unless given. */
  readonly jwksUri?: string | undefined;
  /** What it may sign with; all of `TOKEN_ALGORITHMS` unless given. */
  readonly algorithms?: readonly (typeof TOKEN_ALGORITHMS)[number][] | undefined;
  /** Seconds that its clock and ours may differ; 30 unless given. */
  readonly clockTolerance?: number | undefined;
  /** The claim that names the policies (`@policy`) which hold for whoever has the token; none hold unless given. */
  readonly policyClaim?: string | undefined;
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);

/** Whether a host's name can only mean this machine. */
export const isLoopbackHost = (host: string) => LOOPBACK_NAMES.has(host);

/** An address that keys may be read from: `https`, or plain `http` on this machine. */
export const keyUrl = z.string().refine(
  (text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname } = new URL(text);
    return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
  },
  { error: ({ input }) => `expected an https:// address; got "${input}"` },
);

const entry = z
  .strictObject({
    issuer: keyUrl.refine((text) => !/[?#]/.test(text), { error: "an issuer's address has no ? and no #" }),
    audience: z.string({ error: "an audience is missing" }).min(1, "an audience is missing"),
    jwks: keyUrl.optional(),
    algorithms: z
      .string()
      .transform((text) => text.split(","))
      .pipe(z.array(z.enum(TOKEN_ALGORITHMS, { error: `algorithms are ${TOKEN_ALGORITHMS.join(", ")}` })))
      .optional(),
    tolerance: z.coerce
      .number({ error: "tolerance is in seconds, 0 to 300" })
      .min(0, "tolerance is in seconds, 0 to 300")
      .max(300, "tolerance is in seconds, 0 to 300")
      .optional(),
    policies: z.string().min(1, "policies is the name of a claim").optional(),
  })
  .transform(({ issuer, audience, jwks, algorithms, tolerance, policies }): IssuerSettings => ({
    issuer,
    audience,
    jwksUri: jwks,
    algorithms,
    clockTolerance: tolerance,
    policyClaim: policies,
  }));

/**
 * Issuers as a setting has them: `https://login.example.org audience=consortia`, several separated by `;` or a
 * new line, each with `jwks=`, `algorithms=`, `tolerance=` and `policies=` where they are wanted.
 */
export const issuerList = z.string().transform((text, context) => {
  const fault = (message: string) => context.addIssue({ code: "custom", message });
  const issuers: IssuerSettings[] = [];
  for (const line of text.split(/[;\n]/)) {
    const [issuer, ...options] = line.split(/\s+/).filter(Boolean);
    if (issuer === undefined) continue;
    const pairs = options.map((option) => [option.split("=", 1)[0]!, option.replace(/^[^=]*=?/, "")]);
    const parsed = entry.safeParse({ ...Object.fromEntries(pairs), issuer });
    if (parsed.data) issuers.push(parsed.data);
    for (const issue of parsed.error?.issues ?? []) {
      const wrong =
        issue.code === "unrecognized_keys"
          ? `there is no ${issue.keys.join(", ")}: only audience, jwks, algorithms, tolerance and policies`
          : issue.message;
      fault(`expected "https://issuer audience=name", several separated by ";", but at ${issuer}: ${wrong}`);
    }
    const names = pairs.map(([name]) => name);
    if (new Set(names).size < names.length) fault(`${issuer} has an option twice`);
  }
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length) fault("an issuer is there twice");
  return issuers;
});
