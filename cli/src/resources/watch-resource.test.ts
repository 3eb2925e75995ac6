import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import type { Client } from "@drover/proto/rest";
import type { Resource } from "./resource.ts";
import { watchResource } from "./watch-resource.ts";

const clusters = { list: "listClusters", view: { name: ({ name }: { readonly name: string }) => name } } as unknown as Resource;
const line = (id: number, change: object): string => `id: ${id}\ndata: ${JSON.stringify(change)}\n\n`;

test("a bookmark is nobody's change, and a watch that has to begin anew says that all before counts no more", async () => {
  const expired = new DroverError("invalid", "EVENT_CURSOR_EXPIRED", "too old");
  const streams = [
    [line(1, { type: "Added", name: "eu-1", object: { name: "eu-1" } }), line(2, { type: "Synced" }), line(3, { type: "Bookmark" })],
    [expired],
    [line(9, { type: "Synced" })],
  ];
  const asked: unknown[] = [];
  async function* stream(_operation: string, { query }: { readonly query: { readonly after?: string } }) {
    asked.push(query.after);
    for (const piece of streams[asked.length - 1] ?? []) {
      if (piece instanceof DroverError) throw piece;
      yield piece;
    }
  }
  const told: string[] = [];
  const watched = watchResource({} as Client, stream as never, clusters, {}, { only: new Set(), say: () => {} });
  for await (const { type } of watched) if (told.push(type) === 4) break;
  expect(told).toEqual(["Added", "Synced", "Restarted", "Synced"]);
  expect(asked).toEqual([undefined, "3", undefined]);
});
