import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@drover/proto/rest";
import type { Stream } from "../connection.ts";
import { listResource, type ListQuery } from "./read-resource.ts";
import { type Resource, watchOf } from "./resource.ts";
import { serverSentEvents } from "./server-sent-events.ts";

/** `Synced`: all that was there has been told. */
export type Change<Item = unknown> =
  | { readonly type: "Added" | "Modified" | "Deleted"; readonly name: string; readonly object: Item }
  | { readonly type: "Synced" };

const pollMs = 2_000;
const reconnectMs = 1_000;

/** What is there, then every change to it: followed where the server can tell, otherwise asked for again and again. Never ends by itself. */
export async function* watchResource(
  client: Client,
  stream: Stream,
  resource: Resource,
  query: ListQuery,
  only: ReadonlySet<string>,
): AsyncGenerator<Change, void> {
  const operation = watchOf(resource);
  const changes = operation === undefined ? polled(client, resource, query) : followed(stream, operation, resource, query);
  for await (const change of changes) if (change.type === "Synced" || only.size === 0 || only.has(change.name)) yield change;
}

async function* polled(client: Client, resource: Resource, query: ListQuery): AsyncGenerator<Change, void> {
  let before = new Map<string, string>();
  for (;;) {
    const items = await listResource(client, resource, query);
    const now = new Map(items.map((item) => [resource.view.name(item), item]));
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

/** A stream that was cut goes on behind the last message seen. */
async function* followed(
  stream: Stream,
  operation: Parameters<Stream>[0],
  { view }: Resource,
  query: ListQuery,
): AsyncGenerator<Change, void> {
  let after: string | undefined;
  for (;;) {
    try {
      for await (const { id, data } of serverSentEvents(stream(operation, { query: { ...query, after } }, false))) {
        after = id ?? after;
        const { type, object, name } = JSON.parse(data) as { type: Change["type"]; object?: unknown; name?: string };
        if (type === "Synced") yield { type };
        else yield { type, object, name: object === undefined ? (name ?? "") : view.name(object) };
      }
    } catch (error) {
      if (!isCut(error)) throw error;
    }
    await delay(reconnectMs);
  }
}

const isCut = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && (error.code === "STREAM_CUT" || error.code === "SERVER_UNREACHABLE");
