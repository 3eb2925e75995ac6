import { BlockList } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type EgressPolicy, judgeEgress } from "./egress.ts";

const policy: EgressPolicy = { allow: ["127.0.0.1:3000", "git.local:443", "[::1]:80"], privateRanges: "allowed" };

test.each([
  ["127.0.0.1", "local"],
  ["127.255.0.9", "local"],
  ["0.0.0.0", "local"],
  ["::", "local"],
  ["::1", "local"],
  ["::ffff:127.0.0.1", "local"],
  ["::ffff:7f00:1", "local"],
  ["64:ff9b::127.0.0.1", "local"],
  ["64:ff9b::a9fe:a9fe", "local"],
  ["fe80::1%eth0", "local"],
  ["169.254.1.1", "local"],
  ["224.0.0.1", "local"],
  ["255.255.255.255", "local"],
  ["169.254.169.254", "metadata"],
  ["::ffff:169.254.169.254", "metadata"],
  ["fd00:ec2::254", "metadata"],
  ["100.100.100.200", "metadata"],
  ["0x7f000001", "unreadable"],
  ["010.0.0.1", "unreadable"],
  ["1::2::3", "unreadable"],
])("refuses %s as %s", (address, because) => {
  expect(judgeEgress(policy, "host.example", 443, [address])).toEqual({ kind: "refused", address, because });
});

test("refuses a host when only one of its addresses is bad", () => {
  expect(judgeEgress(policy, "host.example", 443, ["140.82.121.4", "127.0.0.1"])).toMatchObject({ kind: "refused", address: "127.0.0.1" });
});

test.each(["140.82.121.4", "2606:50c0:8000::153", "10.1.2.3", "192.168.1.1", "fd12::1"])("allows %s", (address) => {
  expect(judgeEgress(policy, "host.example", 443, [address])).toEqual({ kind: "allowed" });
});

test.each(["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.1.1", "fd12::1"])("refuses the private %s when told to", (address) => {
  expect(judgeEgress({ ...policy, privateRanges: "refused" }, "host.example", 443, [address])).toMatchObject({ because: "private" });
});

test("an allowed host and port may be anywhere, another port of it may not", () => {
  expect(judgeEgress(policy, "127.0.0.1", 3000, ["127.0.0.1"])).toEqual({ kind: "allowed" });
  expect(judgeEgress(policy, "127.0.0.1", 3001, ["127.0.0.1"])).toMatchObject({ because: "local" });
  expect(judgeEgress(policy, "::1", 80, ["::1"])).toEqual({ kind: "allowed" });
  expect(judgeEgress(policy, "evil.example", 443, ["127.0.0.1"])).toMatchObject({ because: "local" });
});

test("agrees with Node's own block list on any address", () => {
  const oracle = new BlockList();
  for (const block of [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
    "100.100.100.200/32",
  ])
    oracle.addSubnet(block.split("/")[0] as string, Number(block.split("/")[1]), "ipv4");
  for (const block of [
    "::/127",
    "fe80::/10",
    "ff00::/8",
    "64:ff9b::/104",
    "64:ff9b::7f00:0/104",
    "64:ff9b::a9fe:0/112",
    "fd00:ec2::254/128",
  ])
    oracle.addSubnet(block.split("/")[0] as string, Number(block.split("/")[1]), "ipv6");
  const near = fc.constantFrom("127.0.0.", "169.254.", "10.").chain((prefix) =>
    fc.ipV4().map(
      (ip) =>
        prefix +
        ip
          .split(".")
          .slice(prefix.split(".").length - 1)
          .join("."),
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        near,
        fc.ipV4().map((ip) => `::ffff:${ip}`),
      ),
      (address) => {
        const refused = oracle.check(address, address.includes(":") ? "ipv6" : "ipv4");
        expect(judgeEgress(policy, "host.example", 443, [address]).kind).toBe(refused ? "refused" : "allowed");
      },
    ),
  );
});
