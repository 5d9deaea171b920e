import { isIPv6 } from "node:net";
import type { Config } from "../../shared/config.ts";
import type { Caller } from "../identity/caller.ts";
import type { Spender } from "./budgets.ts";

/** Whose budget a request is on: a key's, a member's, or the address's for visitors; null where there is no bound. */
export function spenderOf(
  { credential: { kind, id } }: Pick<Caller, "credential">,
  address: string,
  { member, visitor }: Config["budgets"],
): Spender | null {
  const [name, allowance] =
    id === null
      ? [`address:${networkOf(address)}`, visitor]
      : [`${kind === "API_KEY" ? "key" : "member"}:${id}`, member];
  return allowance && { id: name, allowance };
}

/** What one host has: an IPv4 address, or a network of 64 bits of IPv6, where it can choose any address. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":").length : 0;
  const left = tail === undefined ? 0 : 8 - groups.length - after;
  const network = [...groups, ...Array<string>(left).fill("0"), ...(tail ?? "").split(":")].slice(0, 4);
  return `${network.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
