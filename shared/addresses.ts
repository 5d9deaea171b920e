import { isIP } from "node:net";
import { z } from "zod";

const listOf = (text: string) =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

const isOrigin = (text: string) =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Origins of pages as a setting has them, separated by commas. */
export const originList = z.string().transform((text, context): readonly string[] => {
  const origins = listOf(text);
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return origins;
  const message = `expected origins such as "https://app.example.org", separated by commas, but "${wrong}" is none`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Addresses and networks (CIDR) as a setting has them, separated by commas. */
export const networkList = z.string().transform((text, context): readonly string[] => {
  const networks = listOf(text);
  const wrong = networks.find((network) => !isNetwork(network));
  if (wrong === undefined) return networks;
  const message = `expected addresses or networks such as "10.0.0.0/8", separated by commas, but "${wrong}" is none`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});
