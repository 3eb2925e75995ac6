import { type Backoff, backoffMs, DroverError, fullJitter, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { isLaterVersion, resourceVersionOf } from "../../domain/manifest-fields.ts";
import type { Kube, KubeObject, Resource } from "../kube.ts";

export interface WatchSink {
  /** The complete list of a kind; whatever is not in it does not exist. */
  listed(resource: Resource, objects: readonly KubeObject[]): void;
  changed(resource: Resource, object: KubeObject): void;
  deleted(resource: Resource, object: KubeObject): void;
}

interface Deps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly labelSelector: string;
  readonly sink: WatchSink;
}

const retries: Backoff = { firstMs: 1_000, factor: 2, maxMs: 30_000 };
/** A healthy server ends a watch after some minutes; one that ends at once, again and again, must not spin us. */
const shortestWatchMs = 1_000;

/** One label-limited watch per kind for as long as the agent lives. Kinds are few, so none is ever let go. */
export class Watches {
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  readonly #watches = new Map<string, Watch>();

  constructor(deps: Deps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Resolves when the sink has the kind's first list. Rejects when that list fails; the watch keeps trying. */
  async ensure(resource: Resource): Promise<void> {
    const key = `${resource.group}/${resource.version}/${resource.kind}`;
    let watch = this.#watches.get(key);
    if (!watch) {
      watch = { listed: Promise.withResolvers(), resourceVersion: undefined };
      watch.listed.promise.catch(() => {}); // a watch nobody waits for fails into the log alone
      this.#watches.set(key, watch);
      void this.#follow(resource, watch);
    }
    await watch.listed.promise;
  }

  async #follow(resource: Resource, watch: Watch): Promise<void> {
    for (let failures = 0; !this.#signal.aborted;) {
      const startedAt = this.#deps.clock.monotonicMs();
      try {
        if (watch.resourceVersion === undefined) await this.#list(resource, watch);
        await this.#watch(resource, watch);
        failures = this.#deps.clock.monotonicMs() - startedAt < shortestWatchMs ? failures + 1 : 0;
      } catch (thrown) {
        if (this.#signal.aborted) break;
        failures += 1;
        this.#failed(resource, watch, toDroverError(thrown));
      }
      if (failures > 0) await this.#pause(failures - 1);
    }
    watch.listed.reject(new DroverError("cancelled", "STOPPED", "watch: the agent stops"));
  }

  async #list(resource: Resource, watch: Watch): Promise<void> {
    const { kube, sink, labelSelector } = this.#deps;
    const list = await kube.list(resource, { labelSelector }, this.#signal);
    sink.listed(resource, list.items);
    watch.resourceVersion = list.resourceVersion;
    watch.listed.resolve();
  }

  async #watch(resource: Resource, watch: Watch): Promise<void> {
    const { kube, sink, labelSelector } = this.#deps;
    for await (const event of kube.watch(resource, { labelSelector }, watch.resourceVersion ?? "", this.#signal)) {
      const reached = event.type === "BOOKMARK" ? event.resourceVersion : resourceVersionOf(event.object);
      if (event.type === "DELETED") sink.deleted(resource, event.object);
      else if (event.type !== "BOOKMARK") sink.changed(resource, event.object);
      if (isLaterVersion(reached, watch.resourceVersion ?? "")) watch.resourceVersion = reached;
    }
  }

  #failed(resource: Resource, watch: Watch, error: DroverError): void {
    // Whatever went wrong, a new list is right; going on from where we were is only cheaper.
    if (error.kind !== "unavailable" && error.kind !== "timeout") watch.resourceVersion = undefined;
    if (error.code !== "KUBE_GONE") this.#deps.log.warn({ err: error, resource: resource.plural }, "watch failed, trying again");
    if (watch.resourceVersion !== undefined) return;
    // Whoever waits for the first list learns why; later callers wait for the next attempt.
    watch.listed.reject(error);
    watch.listed = Promise.withResolvers();
    watch.listed.promise.catch(() => {});
  }

  async #pause(attempt: number): Promise<void> {
    const ms = fullJitter(backoffMs(retries, attempt), this.#deps.random());
    await this.#deps.clock.sleep(ms, this.#signal).catch(() => {});
  }
}

interface Watch {
  listed: PromiseWithResolvers<void>;
  resourceVersion: string | undefined;
}
