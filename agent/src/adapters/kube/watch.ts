import { type Json, member, parseJson, textAt } from "@drover/kit";
import { lines } from "@drover/kit/node";
import { errors } from "undici";
import type { KubeObject, ListOptions, Resource, WatchEvent } from "../../app/kube.ts";
import { type KubeClient, translate } from "./client.ts";
import { refused } from "./errors.ts";
import { collectionPath, listQuery } from "./paths.ts";

export interface WatchOptions extends ListOptions {
  /** When the server is to end the stream; its own default is a random time between 30 and 60 minutes. It sends a bookmark shortly before. */
  readonly timeoutSeconds?: number;
}

/** Far above what etcd stores for one object. */
const maxEventLength = 16 * 1024 * 1024;

/** The server's stream of changes. Ends when the signal aborts, when the server ends it, or after 10 silent minutes; a cut is an error. */
export async function* watch(
  client: KubeClient,
  resource: Resource,
  options: WatchOptions,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const operation = `watch ${resource.plural}`;
  const path = collectionPath(resource, options.namespace, {
    ...listQuery(options),
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion,
    timeoutSeconds: options.timeoutSeconds?.toString(),
  });
  try {
    const body = await client.stream({ operation, method: "GET", path }, signal);
    for await (const line of lines(body, maxEventLength)) yield eventOf(operation, parseJson(line));
  } catch (cause) {
    if (signal.aborted || cause instanceof errors.BodyTimeoutError) return;
    throw translate(operation, cause, signal, false, 30_000);
  }
}

function eventOf(operation: string, event: Json): WatchEvent {
  const object = member(event, "object") ?? null;
  const type = textAt(event, "type");
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return { type, object: object as KubeObject };
    case "BOOKMARK":
      return { type, resourceVersion: textAt(object, "metadata", "resourceVersion") };
    default:
      // An ERROR event carries the Status that the server could no longer send as an HTTP status.
      throw refused(operation, { status: Number(member(object, "code") ?? 500), body: object });
  }
}
