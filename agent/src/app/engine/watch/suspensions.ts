import { type Backoff, backoffMs, fullJitter, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { labelOf } from "../../../domain/manifest-fields.ts";
import type { Kube, KubeObject, Resource } from "../../kube.ts";

interface Deps {
  /** The agent's own: which namespaces people have suspended is no tenant's secret. */
  readonly kube: Kube;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Called with a namespace that was suspended, or is not any more. */
  readonly changed: (namespace: string) => void;
}

/** On an object, as label or annotation, or as a label on a namespace: leave it alone. */
export const suspendMark = "drover.dev/suspend";

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };
const view = { labelSelector: `${suspendMark}=true` };
const retries: Backoff = { firstMs: 1_000, factor: 2, maxMs: 60_000 };

/** The namespaces that somebody has suspended: `kubectl label namespace shop drover.dev/suspend=true`. */
export class Suspensions {
  readonly #deps: Deps;
  #suspended: ReadonlySet<string> = new Set();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  has(namespace: string | undefined): boolean {
    return namespace !== undefined && this.#suspended.has(namespace);
  }

  /** Resolves with the first answer, also that nobody may ask, and follows from then on. */
  async start(signal: AbortSignal): Promise<{ readonly ended: Promise<void> }> {
    const first = Promise.withResolvers<void>();
    const ended = this.#follow(first.resolve, signal);
    await first.promise;
    return { ended };
  }

  async #follow(looked: () => void, signal: AbortSignal): Promise<void> {
    const { kube, clock, random, log } = this.#deps;
    for (let failures = 0; !signal.aborted;) {
      try {
        const { items, resourceVersion } = await kube.list(namespaces, view, signal);
        this.#replace(new Set(items.map(({ metadata }) => metadata.name)));
        looked();
        failures = 0;
        for await (const event of kube.watch(namespaces, view, resourceVersion, signal))
          if (event.type !== "BOOKMARK") this.#take(event.type, event.object);
      } catch (thrown) {
        if (signal.aborted) break;
        const err = toDroverError(thrown);
        log.debug({ err }, "suspended namespaces could not be read");
        // A cluster that does not let the agent list namespaces simply has no suspended ones.
        if (err.kind === "forbidden") looked();
      }
      await clock.sleep(fullJitter(backoffMs(retries, failures++), random()), signal).catch(() => {});
    }
    looked();
  }

  /** A label-limited watch tells of a namespace that lost its label as deleted. */
  #take(type: "ADDED" | "MODIFIED" | "DELETED", namespace: KubeObject): void {
    const next = new Set(this.#suspended);
    if (type !== "DELETED" && labelOf(namespace, suspendMark) === "true") next.add(namespace.metadata.name);
    else next.delete(namespace.metadata.name);
    this.#replace(next);
  }

  #replace(next: ReadonlySet<string>): void {
    const before = this.#suspended;
    this.#suspended = next;
    for (const namespace of before.symmetricDifference(next)) this.#deps.changed(namespace);
  }
}
