import { addressBlock } from "@drover/kit";
import { expect, test } from "vitest";
import { clientAddress, trustedProxies, trustsNobody } from "./client-address.ts";

const trusts = trustedProxies([addressBlock("10.0.0.0/8"), addressBlock("fd00::/8")]);

test.each([
  { name: "a stranger is itself", peer: "192.0.2.1", forwardedFor: "", is: "192.0.2.1" },
  { name: "a stranger's word for another counts for nothing", peer: "192.0.2.1", forwardedFor: "198.51.100.9", is: "192.0.2.1" },
  { name: "a proxy names whom it saw", peer: "10.0.0.7", forwardedFor: "192.0.2.1", is: "192.0.2.1" },
  { name: "a proxy behind a proxy is believed too", peer: "10.0.0.7", forwardedFor: "192.0.2.1, 10.1.1.1", is: "192.0.2.1" },
  { name: "what the caller wrote itself is not", peer: "10.0.0.7", forwardedFor: "198.51.100.9,192.0.2.1", is: "192.0.2.1" },
  { name: "a proxy's own probe is its own", peer: "10.0.0.7", forwardedFor: "", is: "10.0.0.7" },
  { name: "what is no address leaves the proxy", peer: "10.0.0.7", forwardedFor: "192.0.2.1, unknown", is: "10.0.0.7" },
  { name: "IPv4 written as IPv6 is IPv4", peer: "::ffff:10.0.0.7", forwardedFor: "192.0.2.1", is: "192.0.2.1" },
  { name: "IPv6 has proxies too", peer: "fd00::1", forwardedFor: "2001:db8::1", is: "2001:db8::1" },
])("$name", ({ peer, forwardedFor, is }) => expect(clientAddress(peer, forwardedFor, trusts)).toBe(is));

test("without trusted proxies nobody speaks for another", () =>
  expect(clientAddress("10.0.0.7", "192.0.2.1", trustsNobody)).toBe("10.0.0.7"));
