import { base32, type ClusterId, instant } from "@drover/kit";
import { createNkey } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountIds } from "./accounts.ts";
import { mintAgentJwt } from "./users.ts";

const signing = createNkey("account");
const agentKey = createNkey("user").publicText;
const account = createNkey("account").publicText;
const ids: AccountIds = {
  system: account,
  systemSigningKey: account,
  control: account,
  controlSigningKey: account,
  agents: account,
  agentSigningKey: signing.publicText,
};

const mint = (cluster: string, publicKey = agentKey): string =>
  mintAgentJwt({ cluster: cluster as ClusterId, publicKey }, ids, signing, instant(1_800_000_000_000)).jwt;
const claimsOf = (jwt: string): Record<string, unknown> => JSON.parse(Buffer.from(jwt.split(".")[1]!, "base64url").toString());

const clusterId = base32(new Uint8Array(16).fill(7));

test("mints a user that carries a name and an account, and no permissions of its own", () => {
  const { name, nats, exp, iat } = claimsOf(mint(clusterId));
  expect(name).toBe(clusterId);
  expect(nats).toEqual({ type: "user", issuer_account: ids.agents, version: 2 });
  expect(Number(exp) - Number(iat)).toBe(30 * 24 * 60 * 60);
});

test("mints for nothing that is no user key", () => {
  expect(() => mint(clusterId, account)).toThrow("not a NATS public user key");
  expect(() => mint(clusterId, `${agentKey.slice(0, -1)}${agentKey.endsWith("A") ? "B" : "A"}`)).toThrow("not a NATS");
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("*", ">", "a.b", "", `${clusterId}\n`, ` ${clusterId}`, clusterId.toUpperCase(), `${clusterId.slice(0, 25)}*`),
  // One character of a good id replaced, added or removed.
  fc
    .tuple(fc.nat(25), fc.string({ unit: "grapheme", maxLength: 2 }))
    .map(([at, text]) => clusterId.slice(0, at) + text + clusterId.slice(at + 1)),
  fc.constantFrom(".", "*", ">", " ", "{{name()}}", "\0", "ａ").map((text) => clusterId.slice(0, 26 - text.length) + text),
);

test("mints for none of 100,000 hostile names", () => {
  const minted: string[] = [];
  fc.assert(
    fc.property(hostile, (name) => {
      fc.pre(!/^[a-z2-7]{26}$/.test(name) || name.includes("\n"));
      try {
        mint(name);
        minted.push(name);
      } catch {
        // refused, as it must be
      }
    }),
    { numRuns: 100_000 },
  );
  expect(minted).toEqual([]);
});
