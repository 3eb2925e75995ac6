import { DroverError } from "@drover/kit";
import { expect, vi } from "vitest";
import type { Kube, KubeObject, Resource, WatchEvent } from "../kube.ts";
import { definition } from "./objects.ts";

/** Until `check` passes; its last failure otherwise. */
export const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

export async function errorOf(call: Promise<unknown>): Promise<DroverError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof DroverError) return error;
    throw error;
  }
  return expect.unreachable("the call succeeded");
}

type Change = Exclude<WatchEvent, { readonly type: "BOOKMARK" }>;

/** The first `count` changes after a resource version. */
export async function eventsFrom(
  kube: Kube,
  resource: Resource,
  namespace: string | undefined,
  resourceVersion: string,
  count: number,
  labelSelector?: string,
): Promise<readonly Change[]> {
  const events: Change[] = [];
  const options = { ...(namespace === undefined ? {} : { namespace }), ...(labelSelector === undefined ? {} : { labelSelector }) };
  for await (const event of kube.watch(resource, options, resourceVersion, AbortSignal.timeout(20_000))) {
    if (event.type !== "BOOKMARK") events.push(event);
    if (events.length === count) return events;
  }
  throw new Error(`the watch ended after ${events.length} of ${count} changes`);
}

/** Defines a kind with an int64 in `spec.size`, and waits until it is served. */
export async function customKind(kube: Kube, word: string, signal: AbortSignal): Promise<Resource> {
  const kind = word.charAt(0).toUpperCase() + word.slice(1);
  const object: KubeObject = definition(kind);
  const { resources } = await kube.discover(signal);
  const resource = resources.find((one) => one.kind === object.kind);
  if (resource === undefined) throw new Error("the cluster serves no CustomResourceDefinition");
  await kube.apply(
    { resource, namespace: undefined, name: object.metadata.name },
    object,
    { fieldManager: "drover/shop", force: false },
    signal,
  );
  return vi.waitFor(
    async () => {
      const served = (await kube.discover(signal)).resources.find((one) => one.kind === kind);
      if (served === undefined) throw new Error(`${kind} is not served`);
      await kube.list(served, {}, signal); // throttled while the server still reads it in
      return served;
    },
    { timeout: 30_000, interval: 50 },
  );
}
