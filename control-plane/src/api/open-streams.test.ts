import { expect, test } from "vitest";
import type { Principal } from "../app/access/tokens.ts";
import { createOpenStreams } from "./open-streams.ts";

const holder = (tokenId: string) => ({ tokenId }) as Principal;

test("one token's streams leave room for others, and a closed one makes room again", () => {
  const streams = createOpenStreams();
  const leave = Array.from({ length: 500 }, (_, n) => streams.enter(n % 2 === 0 ? "rest" : "grpc", holder("a")));
  expect(() => streams.enter("grpc", holder("a"))).toThrow(/this API token has 500 streams open/);
  expect(() => streams.enter("rest", holder("b"))).not.toThrow();
  leave[0]?.();
  expect(() => streams.enter("grpc", holder("a"))).not.toThrow();
});

test("a replica's streams are counted over both protocols, and told", () => {
  const told: [string, number][] = [];
  const streams = createOpenStreams((protocol, open) => told.push([protocol, open]));
  const leave = Array.from({ length: 1_000 }, (_, n) => streams.enter(n < 600 ? "rest" : "grpc", holder(`t${n}`)));
  expect(() => streams.enter("rest", holder("late"))).toThrow(/1000 streams are open/);
  expect(told.at(-1)).toEqual(["grpc", 400]);
  for (const close of leave) close();
  expect(told.at(-1)).toEqual(["grpc", 0]);
});
