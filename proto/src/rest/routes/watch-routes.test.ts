import { expect, test } from "vitest";
import { routeTable } from "../routes.ts";

const reads = Object.entries(routeTable).filter(([, { method }]) => method === "GET");
const watched = new Set(reads.flatMap(([, { path }]) => (path.endsWith("/watch") ? [path.slice(0, -"/watch".length)] : [])));

/** Lists without a watch, and why. */
const notWatched: Readonly<Record<string, string>> = {
  getHistory: "what was at one moment; what is now is followed by the watches of assignments and statuses",
  getOutliers: "a comparison that is made when it is asked for; what it compares is followed by the watch of statuses",
};

const isList = (answer: unknown): boolean =>
  "nextPageToken" in ((answer as { readonly properties?: object } | undefined)?.properties ?? {});

test("every list has a watch, or a reason to have none", () => {
  const lists = reads.filter(([, { answer }]) => isList(answer));
  const without = lists.filter(([id, { path }]) => !watched.has(path) && notWatched[id] === undefined).map(([id]) => id);
  expect(without).toEqual([]);
  expect(Object.keys(notWatched).filter((id) => !lists.some(([list]) => list === id))).toEqual([]);
});

test("a watch asks for the permission of its list", () => {
  for (const [id, { path, permission }] of reads.filter(([, route]) => route.message !== undefined))
    expect([id, permission]).toEqual([id, reads.find(([, list]) => `${list.path}/watch` === path)?.[1].permission]);
});
