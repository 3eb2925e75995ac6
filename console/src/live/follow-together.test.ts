import { expect, onTestFinished, test, vi } from "vitest";
import { followTogether } from "./follow-together.ts";
import type { Told } from "./live.ts";

const event = (cursor: string): Told => ({ kind: "event", event: { cursor, subject: "rollouts/r1", body: {} } });

/** A tab whose stream is in the test's hand. */
function openTab(name: string) {
  const stop = new AbortController();
  const followed: (string | undefined)[] = [];
  const told: Told[] = [];
  let pass: ((what: Told) => void) | undefined;
  const follow = (after: string | undefined, tell: (what: Told) => void, signal: AbortSignal): Promise<void> => {
    followed.push(after);
    pass = tell;
    tell({ kind: "connection", connection: "live" });
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
  };
  const ended = followTogether({ name, follow, tell: (what) => told.push(what) }, stop.signal);
  const close = async (): Promise<void> => (stop.abort(), await ended);
  onTestFinished(close);
  return { followed, told, close, hears: (what: Told) => pass?.(what) };
}

test("one of many follows, all are told, and the next goes on where the first ended", async () => {
  const name = "stream of the first test";
  const leader = openTab(name);
  await vi.waitFor(() => expect(leader.followed).toEqual([undefined]));
  const others = [openTab(name), openTab(name)];
  for (const { told } of others) await vi.waitFor(() => expect(told).toContainEqual({ kind: "connection", connection: "live" }));
  // What happened between a page's first questions and its joining, nobody else tells it.
  expect(others.map(({ told }) => told.filter(({ kind }) => kind === "anything").length)).toEqual([1, 1]);
  leader.hears(event("5"));
  for (const { told } of others) await vi.waitFor(() => expect(told.at(-1)).toEqual(event("5")));
  expect(others.map(({ followed }) => followed)).toEqual([[], []]);

  await leader.close();
  await vi.waitFor(() => expect(others.map(({ followed }) => followed)).toEqual([["5"], []]));
  others[0]?.hears(event("6"));
  await vi.waitFor(() => expect(others[1]?.told.at(-1)).toEqual(event("6")));
});

test("one that came late goes on behind what the leader had heard before", async () => {
  const name = "stream of the second test";
  const leader = openTab(name);
  await vi.waitFor(() => expect(leader.followed).toEqual([undefined]));
  leader.hears(event("9"));
  const late = openTab(name);
  await vi.waitFor(() => expect(late.told.at(-1)).toEqual({ kind: "anything" }));
  await leader.close();
  await vi.waitFor(() => expect(late.followed).toEqual(["9"]));
});
