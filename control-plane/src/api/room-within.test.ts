import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { roomWithin } from "./room-within.ts";

const full = (): Writable => {
  const out = new Writable({ highWaterMark: 1, write: () => {} });
  out.write("more than it takes");
  return out;
};
const cut = { code: "WATCH_CUT" };

test("waits until there is room, and leaves nothing behind", async () => {
  const out = full();
  const waiting = roomWithin(out, "watch", new AbortController().signal);
  out.emit("drain");
  await waiting;
  expect([out.listenerCount("drain"), out.listenerCount("close")]).toEqual([0, 0]);
});

test.each([
  { name: "that was gone before", end: (out: Writable) => void out.destroy(), before: true },
  { name: "whose signal was given before", end: (_: Writable, given: AbortController) => given.abort(), before: true },
  { name: "that leaves meanwhile", end: (out: Writable) => void out.destroy(), before: false },
  { name: "whose signal comes meanwhile", end: (_: Writable, given: AbortController) => given.abort(), before: false },
])("never waits for a client $name", async ({ end, before }) => {
  const [out, given] = [full(), new AbortController()];
  if (before) end(out, given);
  const waiting = roomWithin(out, "watch", given.signal);
  if (!before) end(out, given);
  await expect(waiting).rejects.toMatchObject(cut);
});
