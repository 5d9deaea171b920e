import { createHash, randomBytes } from "node:crypto";
import { API_KEY_PREFIX } from "../../identity/credentials.ts";

const SECRET_BYTES = 32;
const SHOWN = 10;

/** An API key's secret as its holder gets it, once, and what the platform keeps of it. */
export interface NewSecret {
  readonly secret: string;
  readonly hash: string;
  /** The beginning, by which its holder knows it again. */
  readonly prefix: string;
}

/** Makes a secret of 256 random bits. */
export function newSecret(): NewSecret {
  const secret = `${API_KEY_PREFIX}${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { secret, hash: hashOfSecret(secret), prefix: secret.slice(0, SHOWN) };
}

/**
 * What a secret is kept and found by. Nobody guesses 256 random bits, so a slow hash would add nothing; and how long
 * a comparison takes tells of the hash only, from which nothing leads back.
 */
export const hashOfSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
