import { rfc3339, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { fingerprint } from "../../domain/fingerprint.ts";
import { keyOf, parseName } from "../../domain/manifest.ts";
import type { NewEvent } from "../agent-events.ts";
import type { KubeObject, Resource } from "../kube.ts";
import type { Application } from "./application.ts";

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
}

const events: Resource = { group: "", version: "v1", kind: "Event", plural: "events", namespaced: true, verbs: [] };
const normal: ReadonlySet<NewEvent["kind"]> = new Set<NewEvent["kind"]>(["DriftHealed", "DriftEnded", "GateJobSucceeded", "Pruned"]);
/** Told at most this many at once; in a storm people need the first ones, and the control plane has them all. */
const capacity = 100;
/** The same about the same object is not told again before. */
const againAfterMs = 5 * 60_000;
const remembered = 1_000;

/** Kubernetes Events on the objects that the agent changed or could not change: `kubectl describe` shows them. */
export class KubeEvents {
  readonly #deps: Deps;
  readonly #told = new Map<string, number>();
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Written as the user who acts for the application; one who may not write events has none. */
  record(application: Application | undefined, event: NewEvent, signal: AbortSignal): void {
    if (!application || event.object === undefined || this.#waiting >= capacity || this.#wasTold(event)) return;
    const id = parseName(event.object);
    if (!id) return;
    const tracked = application.objects.get(keyOf(id));
    const namespace = id.namespace ?? "default"; // where the server wants the events of cluster-scoped objects
    const at = rfc3339(this.#deps.clock.now());
    const body: KubeObject = {
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        name: `${id.name.slice(0, 220)}.${fingerprint(`${event.object} ${event.kind} ${at}`)
          .toLowerCase()
          .replaceAll(/[^a-z0-9]/g, "0")}`,
        namespace,
      },
      involvedObject: {
        apiVersion: id.group === "" ? (tracked?.version ?? "v1") : `${id.group}/${tracked?.version ?? "v1"}`,
        kind: id.kind,
        name: id.name,
        ...(id.namespace === undefined ? {} : { namespace }),
        ...(tracked?.applied ? { uid: tracked.applied.uid } : {}),
      },
      reason: event.kind,
      message: `${application.name}: ${event.message}`,
      type: normal.has(event.kind) ? "Normal" : "Warning",
      source: { component: "drover-agent" },
      reportingComponent: "drover.dev/agent",
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    };
    this.#waiting += 1;
    this.#tail = this.#tail.then(() => this.#write(application, body, namespace, signal));
  }

  async #write({ access }: Application, body: KubeObject, namespace: string, signal: AbortSignal): Promise<void> {
    try {
      if (!signal.aborted) await access.kube.create({ resource: events, namespace, name: body.metadata.name }, body, signal);
    } catch (thrown) {
      this.#deps.log.debug({ err: toDroverError(thrown) }, "an Event could not be written");
    } finally {
      this.#waiting -= 1;
    }
  }

  #wasTold({ object, kind, message }: NewEvent): boolean {
    const key = `${object} ${kind} ${message}`;
    const nowMs = this.#deps.clock.monotonicMs();
    const told = this.#told.get(key);
    if (told !== undefined && nowMs - told < againAfterMs) return true;
    this.#told.delete(key);
    this.#told.set(key, nowMs);
    if (this.#told.size > remembered) this.#told.delete(this.#told.keys().next().value!);
    return false;
  }
}
