import { DroverError } from "@drover/kit";
import type { Event } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { followEvents } from "./live.ts";
import { allTopics, topicsOf } from "./topics.ts";

const event = (cursor: string, subject: string): Event => ({
  cursor,
  subject,
  at: "2026-11-21T08:00:00Z",
  kind: "RolloutChanged",
  body: {},
});

/** One entry for each connection: the events it brings and how it ends. The last one is followed by the end of the test. */
async function follow(connections: readonly { readonly events: readonly Event[]; readonly fails?: Error }[]) {
  const stop = new AbortController();
  const asked: (string | undefined)[] = [];
  const changed: (readonly string[])[] = [];
  const states: string[] = [];
  await followEvents(
    {
      async *watch(after, opened) {
        const connection = connections[asked.length];
        asked.push(after);
        if (connection?.events.length === 0 && connection.fails !== undefined) throw connection.fails;
        opened();
        yield* connection?.events ?? [];
        if (asked.length >= connections.length) stop.abort();
        if (connection?.fails !== undefined) throw connection.fails;
      },
      changed: (topics) => changed.push(topics),
      connection: (state) => states.push(state),
      sleep: async () => {},
    },
    stop.signal,
  );
  return { asked, changed, states };
}

const rollout = topicsOf("rollouts/r1");

test("goes on behind the last event after a cut, asking for nothing twice", async () => {
  const cut = new TypeError("network error");
  const seen = await follow([{ events: [event("1", "rollouts/r1")], fails: cut }, { events: [event("2", "rollouts/r1")] }]);
  expect(seen).toEqual({ asked: [undefined, "1"], changed: [allTopics, rollout, rollout], states: ["live", "lost", "live"] });
});

test("asks for everything anew when it cannot go on where it was", async () => {
  const expired = new DroverError("invalid", "EVENT_CURSOR_EXPIRED", "resume events: too old");
  const seen = await follow([{ events: [event("1", "rollouts/r1")] }, { events: [], fails: expired }, { events: [] }]);
  expect(seen.asked).toEqual([undefined, "1", undefined]);
  expect(seen.changed).toEqual([allTopics, rollout, allTopics]);
});

test("stops asking with a token that no longer counts", async () => {
  const seen = await follow([{ events: [], fails: new DroverError("unauthenticated", "TOKEN_REVOKED", "no") }, { events: [] }]);
  expect(seen).toEqual({ asked: [undefined], changed: [], states: ["lost"] });
});

test("an event of an unknown kind may have changed anything", () => expect(topicsOf("comets/halley")).toBe(allTopics));
