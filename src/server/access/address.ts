/** Where a request comes from, as far as the proxies in front can be believed. */
import { isIP } from "node:net";
import { isLoopback } from "./guard.ts";

/**
 * An IPv4 address, or the first half of an IPv6 one, for the other half is its holder's to choose. Each proxy appends
 * who asked it, so of the last `proxyHops` names the first was written by the outermost proxy of ours; what is before
 * it, anybody can write. Null where nothing is known: the peer is this machine, or the header holds no address.
 */
export function addressOf(request: Request, peer: string | null, proxyHops: number): string | null {
  if (proxyHops === 0) return peer === null || isLoopback(unmapped(peer)) ? null : network(unmapped(peer));
  const named = (request.headers.get("x-forwarded-for") ?? "").split(",").at(-proxyHops) ?? "";
  return network(unmapped(named.trim()));
}

/** IPv4 as sockets that take both kinds name it. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

function network(address: string): string | null {
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : null;
  const [head = "", tail = ""] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = address.includes("::") ? 8 - groups.length - tail.split(":").filter(Boolean).length : 0;
  const all = [
    ...groups,
    ...Array<string>(Math.max(0, missing)).fill("0"),
    ...tail.split(":").filter(Boolean),
  ];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
