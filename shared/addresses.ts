import { isIP } from "node:net";
import { z } from "zod";

/** A setting of several things, separated by commas; `expected` says what each has to be. */
const listOf = (isOne: (text: string) => boolean, expected: string) =>
  z.string().transform((text, context): readonly string[] => {
    const all = text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
    const wrong = all.find((each) => !isOne(each));
    if (wrong === undefined) return all;
    const message = `expected ${expected}, separated by commas, but "${wrong}" is none`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const isOrigin = (text: string) =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

function isNetwork(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Origins of pages. */
export const originList = listOf(isOrigin, 'origins such as "https://app.example.org"');

/** Addresses and networks (CIDR). */
export const networkList = listOf(isNetwork, 'addresses or networks such as "10.0.0.0/8"');
