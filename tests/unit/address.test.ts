/** Whose address counts, with and without proxies in front. */
import { expect, test } from "bun:test";
import { addressOf } from "../../src/server/access/address.ts";

function from(peer: string | null, proxyHops: number, forwarded?: string): string | null {
  const headers = forwarded === undefined ? {} : { "X-Forwarded-For": forwarded };
  return addressOf(new Request("http://localhost/", { headers }), peer, proxyHops);
}

test("without a proxy that is believed, the peer's address counts, whatever a header says", () => {
  expect(from("192.0.2.7", 0, "198.51.100.1")).toBe("192.0.2.7");
  expect(from("::ffff:192.0.2.7", 0)).toBe("192.0.2.7");
});

test("this machine is nobody in particular: a proxy on it may speak for all", () => {
  for (const peer of ["127.0.0.1", "::1", "::ffff:127.0.0.1", null]) expect(from(peer, 0)).toBeNull();
});

test("of what proxies tell, the one that ours wrote counts, and not what was there before", () => {
  expect(from("127.0.0.1", 1, "192.0.2.7")).toBe("192.0.2.7");
  expect(from("127.0.0.1", 1, "203.0.113.9, 192.0.2.7")).toBe("192.0.2.7");
  expect(from("127.0.0.1", 2, "203.0.113.9, 192.0.2.7,10.0.0.1")).toBe("192.0.2.7");
  expect(from("127.0.0.1", 2, "192.0.2.7")).toBeNull();
  expect(from("127.0.0.1", 1)).toBeNull();
});

test("who has an IPv6 network counts as one, however the address is written", () => {
  const sixes = [
    "2001:db8:0:7::1",
    "2001:0db8:0000:0007:ffff::2",
    "2001:db8:0:7:1:2:3:4",
    "2001:db8::7:0:0:0:9",
  ];
  for (const six of sixes) expect([six, from(six, 0)]).toEqual([six, "2001:db8:0:7::/64"]);
  expect(from("2001:db8:0:8::1", 0)).toBe("2001:db8:0:8::/64");
});

test("what is no address is none", () => {
  for (const text of ["unknown", "", "192.0.2.7:443", "<script>", "1.2.3", "_hidden"]) {
    expect(from("127.0.0.1", 1, text)).toBeNull();
  }
});
