import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@drover/proto/rest";
import { askPatiently } from "../ask-patiently.ts";
import type { Stream } from "../connection.ts";
import { type Listed, listResource, type ListQuery } from "./read-resource.ts";
import { type Overview, type Resource, watchOf } from "./resource.ts";
import { resumedMessages } from "./resumed-messages.ts";

/** `Restarted`: what follows is all there is, whatever was told before. `Synced`: all that was there has been told. */
export type Change<Item = unknown> =
  | { readonly type: "Added" | "Modified" | "Deleted"; readonly name: string; readonly object: Item }
  | { readonly type: "Restarted" | "Synced" };

const pollMs = 2_000;

/** What is there, then every change to it: followed where the server can tell, otherwise asked for again and again. Never ends by itself. */
export async function* watchResource(
  client: Client,
  stream: Stream,
  resource: Resource,
  query: ListQuery,
  { only, say }: { readonly only: ReadonlySet<string>; readonly say: (line: string) => void },
): AsyncGenerator<Change, void> {
  const operation = watchOf(resource);
  const changes =
    operation === undefined
      ? polled(() => listResource(client, resource, query), resource.view.name, say)
      : followed(stream, operation, resource, query, say);
  for await (const change of changes) if (!("name" in change) || only.size === 0 || only.has(change.name)) yield change;
}

/** The same for rows that no stream of the server's tells of. */
export const watchOverview = (load: () => Promise<Listed>, overview: Overview, say: (line: string) => void): AsyncGenerator<Change, void> =>
  polled(load, overview.key, say);

async function* polled(
  load: () => Promise<Listed>,
  nameOf: (item: unknown) => string,
  say: (line: string) => void,
): AsyncGenerator<Change, void> {
  let before = new Map<string, string>();
  const ask = askPatiently(load, { say, deadline: Number.POSITIVE_INFINITY });
  for (;;) {
    const { items } = await ask();
    const now = new Map(items.map((item) => [nameOf(item), item]));
    for (const [name, object] of now) {
      const known = before.get(name);
      if (known !== JSON.stringify(object)) yield { type: known === undefined ? "Added" : "Modified", name, object };
    }
    for (const [name, text] of before) if (!now.has(name)) yield { type: "Deleted", name, object: JSON.parse(text) };
    yield { type: "Synced" };
    before = new Map([...now].map(([name, object]) => [name, JSON.stringify(object)]));
    await delay(pollMs);
  }
}

async function* followed(
  stream: Stream,
  operation: Parameters<Stream>[0],
  { view }: Resource,
  query: ListQuery,
  say: (line: string) => void,
): AsyncGenerator<Change, void> {
  let known = 0;
  let isKnown = true;
  const open = (after: string | undefined) => {
    isKnown = after !== undefined || known === 0;
    return stream(operation, { query: { ...query, after } }, false);
  };
  for await (const { data } of resumedMessages({ open, say })) {
    const { type, object, name } = JSON.parse(data) as { type: Change["type"] | "Bookmark"; object?: unknown; name?: string };
    if (!isKnown) yield { type: "Restarted" };
    [isKnown, known] = [true, known + 1];
    if (type === "Bookmark") continue;
    if (type === "Synced" || type === "Restarted") yield { type };
    else yield { type, object, name: object === undefined ? (name ?? "") : view.name(object) };
  }
}
