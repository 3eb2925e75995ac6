import type { Clock, Log } from "@drover/kit/node";
import type { Assessment, PodsOfWorkload } from "../../../domain/health/health.ts";
import { explainByPods, newestPods, newestTemplateHash } from "../../../domain/health/pods.ts";
import { selectorText } from "../../../domain/health/selector-text.ts";
import type { Kube, KubeObject } from "../../kube.ts";
import type { Discovery } from "./discovery.ts";
import { KeyedWork } from "../schedule/keyed-work.ts";
import type { Application } from "../application.ts";
import type { Tracked } from "../tracked.ts";

interface Deps {
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A workload whose pods are asked: an object that we apply, or a hook's. The same one for as long as it is looked at. */
export interface Inspected extends Pick<Tracked, "key" | "id"> {
  assessment: Assessment | undefined;
}

/** A container that crashes shows up within seconds; a workload that stays unready for hours must not cost a list a second. */
const pace = { firstMs: 300, factor: 1.6, maxMs: 15_000 } as const;

/**
 * Looks at the pods of workloads that are not ready, again and again until they are, and says which container is to blame.
 * A workload's own status tells only that something is missing, and a Deployment's takes ten minutes to call it a failure.
 */
export class PodInspector {
  readonly #deps: Deps;
  readonly #work = new KeyedWork(2);
  readonly #inspections = new Map<string, { readonly generation: number; readonly stop: AbortController }>();
  readonly #onFound: (inspected: Inspected) => void;

  constructor(deps: Deps, onFound: (inspected: Inspected) => void) {
    this.#deps = deps;
    this.#onFound = onFound;
  }

  /** Starts looking unless it is being looked at already, or stops when there is nothing to look for any more. */
  inspect({ access: { kube } }: Application, tracked: Inspected): void {
    const generation = tracked.assessment?.pods?.generation;
    const running = this.#inspections.get(tracked.key);
    if (running?.generation === generation) return;
    running?.stop.abort();
    this.#inspections.delete(tracked.key);
    if (generation === undefined) return;
    const stop = new AbortController();
    this.#inspections.set(tracked.key, { generation, stop });
    void this.#follow(kube, tracked, AbortSignal.any([stop.signal, this.#deps.signal])).finally(() => {
      if (this.#inspections.get(tracked.key)?.stop === stop) this.#inspections.delete(tracked.key);
    });
  }

  async #follow(kube: Kube, tracked: Inspected, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    for (
      let waitMs: number = pace.firstMs;
      !signal.aborted && tracked.assessment?.pods;
      waitMs = Math.min(pace.maxMs, waitMs * pace.factor)
    ) {
      try {
        const seen = tracked.assessment;
        const explained = seen && (await this.#work.run(tracked.key, () => this.#explain(kube, tracked, seen)));
        // A watch event that came meanwhile knows better than pods listed before it.
        if (explained && !signal.aborted && tracked.assessment === seen) this.#take(tracked, explained);
      } catch (err) {
        if (!signal.aborted) log.debug({ err, object: tracked.key }, "pods could not be read");
      }
      await clock.sleep(waitMs, signal).catch(() => {});
    }
  }

  #take(tracked: Inspected, explained: Assessment): void {
    const before = tracked.assessment;
    tracked.assessment = explained;
    const isNews = before?.health !== explained.health || before.reason !== explained.reason || before.container !== explained.container;
    // What a stuck container says changes with every attempt; what others wait for comes to an end.
    if (isNews || (explained.health === "Progressing" && before.message !== explained.message)) this.#onFound(tracked);
  }

  async #explain(kube: Kube, { id: { namespace } }: Inspected, assessment: Assessment): Promise<Assessment> {
    const pods = assessment.pods && (await this.#podsOf(kube, assessment.pods, namespace));
    return pods ? explainByPods(assessment.byItself ?? assessment, pods) : assessment;
  }

  async #podsOf(kube: Kube, { selector, revision }: PodsOfWorkload, namespace: string | undefined): Promise<readonly KubeObject[]> {
    const text = selectorText(selector);
    switch (revision.kind) {
      case "any":
        return this.#list(kube, "", "Pod", text, namespace);
      case "label":
        return this.#list(kube, "", "Pod", `${text},${revision.label}=${revision.value}`, namespace);
      case "newest-replicaset": {
        const hash = newestTemplateHash(await this.#list(kube, "apps", "ReplicaSet", text, namespace), revision.ownerUid);
        if (hash !== undefined) return this.#list(kube, "", "Pod", `${text},pod-template-hash=${hash}`, namespace);
        return newestPods(await this.#list(kube, "", "Pod", text, namespace));
      }
    }
  }

  async #list(
    kube: Kube,
    group: string,
    kind: string,
    labelSelector: string,
    namespace: string | undefined,
  ): Promise<readonly KubeObject[]> {
    const { discovery, signal } = this.#deps;
    const resource = discovery.find(group, kind);
    if (!resource || labelSelector === "") return []; // an empty selector would be every pod
    const { items } = await kube.list(resource, { labelSelector, ...(namespace === undefined ? {} : { namespace }) }, signal);
    return items;
  }
}
