import { DroverError } from "@drover/kit";
import type { Event, WatchSigns } from "@drover/proto/rest";
import { expect, onTestFinished, test, vi } from "vitest";
import { followEvents, type Told } from "./live.ts";

const event = (cursor: string, subject: string): Event => ({
  cursor,
  subject,
  at: "2026-11-21T08:00:00Z",
  kind: "RolloutChanged",
  body: {},
});

/** One entry for each connection: the events it brings and how it ends. The last one is followed by the end of the test. */
async function follow(connections: readonly { readonly events: readonly Event[]; readonly fails?: Error }[], after?: string) {
  const stop = new AbortController();
  const asked: (string | undefined)[] = [];
  const told: string[] = [];
  await followEvents(
    {
      async *watch(after, { opened }) {
        const connection = connections[asked.length];
        asked.push(after);
        if (connection?.events.length === 0 && connection.fails !== undefined) throw connection.fails;
        opened();
        yield* connection?.events ?? [];
        if (asked.length >= connections.length) stop.abort();
        if (connection?.fails !== undefined) throw connection.fails;
      },
      tell: (what) => told.push(inWord(what)),
      sleep: async () => {},
    },
    after,
    stop.signal,
  );
  return { asked, told };
}

function inWord(told: Told): string {
  if (told.kind === "event") return told.event.cursor;
  return told.kind === "connection" ? told.connection : told.kind;
}

test("goes on behind the last event after a cut, asking for nothing twice", async () => {
  const cut = new TypeError("network error");
  const seen = await follow([{ events: [event("1", "rollouts/r1")], fails: cut }, { events: [event("2", "rollouts/r1")] }]);
  expect(seen).toEqual({ asked: [undefined, "1"], told: ["live", "anything", "1", "lost", "live", "2"] });
});

test("begins behind what somebody else has heard already, and nothing is asked anew", async () => {
  expect(await follow([{ events: [event("8", "rollouts/r1")] }], "7")).toEqual({ asked: ["7"], told: ["live", "8"] });
});

test("asks for everything anew when it cannot go on where it was", async () => {
  const expired = new DroverError("invalid", "EVENT_CURSOR_EXPIRED", "resume events: too old");
  const seen = await follow([{ events: [event("1", "rollouts/r1")] }, { events: [], fails: expired }, { events: [] }]);
  expect(seen).toEqual({
    asked: [undefined, "1", undefined],
    told: ["live", "anything", "1", "lost", "lost", "live", "anything"],
  });
});

test("stops asking with a token that no longer counts", async () => {
  const seen = await follow([{ events: [], fails: new DroverError("unauthenticated", "TOKEN_REVOKED", "no") }, { events: [] }]);
  expect(seen).toEqual({ asked: [undefined], told: ["lost"] });
});

/** A server that accepts, follows, gives so many signs of life, five seconds apart, and then freezes. */
async function* freezing(signs: number, { opened, heard }: Required<WatchSigns>, signal: AbortSignal): AsyncGenerator<Event, void> {
  opened();
  for (let n = 0; n < signs; n += 1) {
    await vi.advanceTimersByTimeAsync(5_000);
    heard();
  }
  yield event("1", "rollouts/r1");
  await vi.advanceTimersByTimeAsync(13_000);
  signal.throwIfAborted();
  yield event("2", "rollouts/never-said");
}

test("takes a server that gives no sign for lost, and goes on behind the last event", { timeout: 2_000 }, async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stop = new AbortController();
  const asked: (string | undefined)[] = [];
  const told: string[] = [];
  await followEvents(
    {
      watch: (after, signs, signal) => {
        asked.push(after);
        if (asked.length === 2) stop.abort();
        return freezing(asked.length === 1 ? 4 : 0, signs, signal);
      },
      tell: (what) => told.push(inWord(what)),
      sleep: async () => {},
    },
    "0",
    stop.signal,
  );
  expect({ asked, told: told.slice(0, 3) }).toEqual({ asked: ["0", "1"], told: ["live", "1", "lost"] });
});
