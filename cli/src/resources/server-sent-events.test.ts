import fc from "fast-check";
import { expect, test } from "vitest";
import { serverSentEvents } from "./server-sent-events.ts";

const text = 'id: 1\nevent: Added\ndata: {"a":1}\n\n: still here\n\nid:2\ndata: x\ndata: y\n\n';

test("however a stream is cut into pieces, its messages are the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: text.length }), { maxLength: 6 }), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((to, index) => text.slice(places[index], to));
      const messages = [];
      for await (const message of serverSentEvents(asStream(pieces))) messages.push(message);
      expect(messages).toEqual([
        { id: "1", event: "Added", data: '{"a":1}' },
        { id: "2", event: undefined, data: "x\ny" },
      ]);
    }),
  );
});

async function* asStream(pieces: readonly string[]): AsyncGenerator<string, void> {
  yield* pieces;
}
