import { type Labels, memberAt } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { KubeObject, ListOptions, Resource, WatchEvent } from "../../app/kube.ts";
import { inVersion } from "./api-server.ts";
import { gone } from "./refusals.ts";
import { parseLabelSelector } from "./selector.ts";
import { type Change, collectionOf, type ObjectStore } from "./store.ts";

/** A watcher that lags this far behind is cut off, as by the server; it lists again. */
const maxQueued = 10_000;

/** Whether an object is in the view that these options give. */
export function inView({ labelSelector, fieldSelector = "", namespace }: ListOptions): (object: KubeObject | undefined) => boolean {
  const matches = labelSelector === undefined ? () => true : parseLabelSelector(labelSelector);
  const fields = fieldSelector === "" ? [] : fieldSelector.split(",").map((one) => one.split("=", 2) as [string, string]);
  const hasFields = (object: KubeObject): boolean => fields.every(([path, value]) => memberAt(object, ...path.split(".")) === value);
  return (object) =>
    object !== undefined &&
    (namespace === undefined || object.metadata["namespace"] === namespace) &&
    matches(labelsOf(object)) &&
    hasFields(object);
}

export const labelsOf = (object: KubeObject): Labels => (object.metadata["labels"] ?? {}) as Labels;

export interface WatchDeps {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly bookmarkEveryMs: number;
}

export async function* watchStore(
  { store, clock, bookmarkEveryMs }: WatchDeps,
  resource: Resource,
  options: ListOptions,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  if (signal.aborted) return;
  const collection = collectionOf(resource);
  const sees = inView(options);
  const missed = store.since(Number(resourceVersion));
  if (missed === undefined) throw gone(resourceVersion);
  const queue: WatchEvent[] = [];
  let wake = (): void => {};
  let overrun = false;
  const offer = (change: Change): void => {
    const event = change.collection === collection ? eventOf(change, resource, sees) : undefined;
    if (event === undefined) return;
    if (queue.length >= maxQueued) overrun = true;
    else queue.push(event);
    wake();
  };
  missed.forEach(offer);
  const ended = new AbortController();
  const unsubscribe = store.subscribe(offer);
  const stop = (): void => wake();
  signal.addEventListener("abort", stop);
  const bookmark = (): void => {
    queue.push({ type: "BOOKMARK", resourceVersion: String(store.revision) });
    wake();
    repeat();
  };
  const repeat = (): void => void clock.sleep(bookmarkEveryMs, ended.signal).then(bookmark, () => undefined);
  repeat();
  try {
    while (!signal.aborted) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else if (overrun) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    ended.abort();
    unsubscribe();
    signal.removeEventListener("abort", stop);
  }
}

/** A change as a watcher sees it: coming into its view is ADDED, leaving it is DELETED. */
function eventOf(change: Change, resource: Resource, sees: (object: KubeObject | undefined) => boolean): WatchEvent | undefined {
  const before = sees(change.before);
  const now = change.type !== "DELETED" && sees(change.object);
  if (!before && !now) return undefined;
  return { type: !before ? "ADDED" : now ? "MODIFIED" : "DELETED", object: inVersion(change.object, resource) };
}
