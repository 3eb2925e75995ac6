import { type Backoff, backoffMs, DroverError, type ErrorKind, fullJitter, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { isLaterVersion, resourceVersionOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject, ListOptions, Resource } from "../../kube.ts";
import type { Access } from "../access.ts";
import { Wake } from "../schedule/wake.ts";

/** What one watch sees: a kind in one namespace or in all of them, as far as its user may. */
export interface WatchScope {
  readonly access: Access;
  readonly resource: Resource;
  /** Undefined: the whole cluster. */
  readonly namespace: string | undefined;
}

export interface WatchSink {
  /** The complete list of a scope; whatever is not in it does not exist there. */
  listed(scope: WatchScope, objects: readonly KubeObject[]): void;
  changed(scope: WatchScope, object: KubeObject): void;
  deleted(scope: WatchScope, object: KubeObject): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly labelSelector: string;
  readonly sink: WatchSink;
}

const retries: Backoff = { firstMs: 1_000, factor: 2, maxMs: 30_000 };
/** What somebody has to put right: a right that is missing, a kind that is gone. */
const lastingRetries: Backoff = { ...retries, maxMs: 120_000 };
const lasting: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["forbidden", "not-found"]);
/** Whoever asks makes a watch that has failed try again at once, but for what was tried so lately. */
const tooSoonMs = 1_000;
/** A healthy server ends a watch after some minutes; one that ends at once, again and again, must not spin us. */
const shortestWatchMs = 1_000;

/** The server was not there or had no time, which says nothing about where we were. */
const cheaperToGoOn: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["unavailable", "timeout", "exhausted"]);

/**
 * One label-limited watch per kind and user for as long as the agent lives; users who may not look at the whole cluster get
 * one per namespace. Kinds and namespaces are few, so none is let go while its user has applications.
 */
export class Watches {
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  readonly #watches = new Map<string, Watch>();
  /** Users and kinds for which the whole cluster was refused. */
  readonly #narrow = new Set<string>();

  constructor(deps: Deps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Resolves when the sink has the kind's first list. Rejects when that list fails; the watch keeps trying. */
  async ensure(access: Access, resource: Resource, namespace: string | undefined): Promise<void> {
    const kind = `${access.user} ${resource.group}/${resource.version}/${resource.kind}`;
    if (!this.#narrow.has(kind)) {
      const whole = { access, resource, namespace: undefined };
      try {
        return await this.#listed(kind, whole);
      } catch (thrown) {
        if (namespace === undefined || toDroverError(thrown).code !== "KUBE_FORBIDDEN") throw thrown;
        this.#narrow.add(kind);
        this.#watches.get(kind)?.stop.abort();
        this.#watches.delete(kind);
      }
    }
    await this.#listed(`${kind} ${namespace ?? ""}`, { access, resource, namespace });
  }

  /** Ends the watches of everybody else but the agent itself: users without an application may have lost their rights as well. */
  keepOnly(users: ReadonlySet<string>): void {
    for (const [key, { user, stop }] of this.#watches) {
      if (user === "" || users.has(user)) continue;
      stop.abort();
      this.#watches.delete(key);
    }
  }

  async #listed(key: string, scope: WatchScope): Promise<void> {
    let watch = this.#watches.get(key);
    if (watch?.failed) {
      if (this.#deps.clock.monotonicMs() - watch.failed.atMs < tooSoonMs) throw watch.failed.error;
      watch.wake.request();
    }
    if (!watch) {
      watch = {
        user: scope.access.user,
        listed: Promise.withResolvers(),
        resourceVersion: undefined,
        failed: undefined,
        wake: new Wake(),
        stop: new AbortController(),
      };
      watch.listed.promise.catch(() => {}); // a watch nobody waits for fails into the log alone
      this.#watches.set(key, watch);
      void this.#follow(scope, watch, AbortSignal.any([this.#signal, watch.stop.signal]));
    }
    await watch.listed.promise;
  }

  async #follow(scope: WatchScope, watch: Watch, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const startedAt = this.#deps.clock.monotonicMs();
      try {
        if (watch.resourceVersion === undefined) await this.#list(scope, watch, signal);
        await this.#watch(scope, watch, signal);
        failures = this.#deps.clock.monotonicMs() - startedAt < shortestWatchMs ? failures + 1 : 0;
      } catch (thrown) {
        if (signal.aborted) break;
        failures += 1;
        this.#failed(scope, watch, toDroverError(thrown));
      }
      if (failures > 0) await this.#pause(watch, failures - 1, signal);
    }
    watch.listed.reject(new DroverError("cancelled", "STOPPED", "watch: the agent stops"));
  }

  async #list(scope: WatchScope, watch: Watch, signal: AbortSignal): Promise<void> {
    const list = await scope.access.kube.list(scope.resource, this.#view(scope), signal);
    this.#deps.sink.listed(scope, list.items);
    watch.resourceVersion = list.resourceVersion;
    watch.failed = undefined;
    watch.listed.resolve();
  }

  async #watch(scope: WatchScope, watch: Watch, signal: AbortSignal): Promise<void> {
    const { sink } = this.#deps;
    for await (const event of scope.access.kube.watch(scope.resource, this.#view(scope), watch.resourceVersion ?? "", signal)) {
      const reached = event.type === "BOOKMARK" ? event.resourceVersion : resourceVersionOf(event.object);
      if (event.type === "DELETED") sink.deleted(scope, event.object);
      else if (event.type !== "BOOKMARK") sink.changed(scope, event.object);
      if (isLaterVersion(reached, watch.resourceVersion ?? "")) watch.resourceVersion = reached;
    }
  }

  #view({ namespace }: WatchScope): ListOptions {
    const { labelSelector } = this.#deps;
    return namespace === undefined ? { labelSelector } : { labelSelector, namespace };
  }

  #failed({ resource, namespace }: WatchScope, watch: Watch, error: DroverError): void {
    // Whatever went wrong, a new list is right; going on from where we were is only cheaper.
    if (!cheaperToGoOn.has(error.kind)) watch.resourceVersion = undefined;
    if (error.code !== "KUBE_GONE") this.#deps.log.warn({ err: error, resource: resource.plural, namespace }, "watch failed, trying again");
    if (watch.resourceVersion !== undefined) return;
    watch.failed = { error, atMs: this.#deps.clock.monotonicMs() };
    // Whoever waits for the first list learns why; later callers have it tried again.
    watch.listed.reject(error);
    watch.listed = Promise.withResolvers();
    watch.listed.promise.catch(() => {});
  }

  async #pause({ failed, wake }: Watch, attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const pace = failed && lasting.has(failed.error.kind) ? lastingRetries : retries;
    wake.taken();
    await wake.requested(fullJitter(backoffMs(pace, attempt), random()), clock, signal);
  }
}

interface Watch {
  readonly user: string;
  listed: PromiseWithResolvers<void>;
  resourceVersion: string | undefined;
  /** Why there is no list, as of the last attempt. */
  failed: { readonly error: DroverError; readonly atMs: number } | undefined;
  /** Ends the pause before the next attempt. */
  readonly wake: Wake;
  /** Ends this watch alone. */
  readonly stop: AbortController;
}
