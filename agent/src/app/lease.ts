import { DroverError, rfc3339, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { decideLease, isTaken, leaseClocks, type LeaseRecord, leaseSpec, type Observation, readLease } from "../domain/lease/decide.ts";
import { resourceVersionOf } from "../domain/manifest-fields.ts";
import type { Kube, KubeObject, ObjectRef, Resource } from "./kube.ts";

interface Deps {
  /** Not fenced by this very Lease. */
  readonly kube: Kube;
  readonly clock: Clock;
  readonly log: Log;
  readonly namespace: string;
  /** Who we are: the pod's name. A restarted container of one pod has the same and needs not wait for itself. */
  readonly identity: string;
}

/** Held by the one process that may write to this cluster. */
export interface Lease {
  /** Raised with every holder. */
  readonly transitions: number;
  /** Throws `unavailable` LEASE_NOT_HELD once the last renewal is too old for nobody else to have taken over. */
  check(): void;
  /** Renews until the signal aborts, then lets go. Resolves early when another process took over: we have to begin anew. */
  keep(signal: AbortSignal, regained: () => void): Promise<"stopped" | "taken">;
}

const leases: Resource = { group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", namespaced: true, verbs: [] };
export const leaseName = "drover-agent";
const releaseMs = 3_000;

/** Waits until no other process can be writing to this cluster, and takes the Lease. */
export async function acquireLease(deps: Deps, signal: AbortSignal): Promise<Lease> {
  const { clock, log, identity } = deps;
  let seen: Observation | undefined;
  for (let told = ""; ; await clock.sleep(leaseClocks.retryMs, signal)) {
    try {
      const live = await deps.kube.get(leaseRef(deps.namespace), signal);
      const record = live && readLease(live);
      const isSame = record?.resourceVersion === seen?.record.resourceVersion;
      if (!isSame) seen = record && { record, sinceMs: clock.monotonicMs() };
      const decision = decideLease(seen, identity, clock.monotonicMs());
      if (decision.kind === "wait") {
        if (told !== decision.holder) log.info({ holder: decision.holder }, "another agent holds the Lease, waiting");
        told = decision.holder;
        continue;
      }
      return await take(deps, decision.kind === "take" ? decision.over : undefined, signal);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = toDroverError(thrown);
      if (error.code === "KUBE_FORBIDDEN" || error.code === "KUBE_UNAUTHENTICATED") throw error;
      log.warn({ err: error }, "the Lease could not be taken, trying again");
    }
  }
}

async function take(deps: Deps, over: LeaseRecord | undefined, signal: AbortSignal): Promise<Lease> {
  const { clock, identity } = deps;
  const startedAt = new Renewal(clock);
  const held = { holder: identity, transitions: (over?.transitions ?? 0) + 1, acquireTime: microTime(clock) };
  const written = await write(deps, held, over?.resourceVersion, signal);
  return new HeldLease(deps, { ...held, resourceVersion: resourceVersionOf(written) }, startedAt);
}

/**
 * When a renewal began, by both clocks: the monotonic one stands still while a machine sleeps, and the time of day may be
 * set back. Whichever says later is believed.
 */
class Renewal {
  readonly #clock: Clock;
  readonly #monotonicMs: number;
  readonly #atMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#monotonicMs = clock.monotonicMs();
    this.#atMs = clock.now();
  }

  ageMs(): number {
    return Math.max(this.#clock.monotonicMs() - this.#monotonicMs, this.#clock.now() - this.#atMs);
  }
}

class HeldLease implements Lease {
  readonly #deps: Deps;
  #record: LeaseRecord;
  #renewal: Renewal;
  /** Known for sure, however young our last renewal is. */
  #isTaken = false;

  constructor(deps: Deps, record: LeaseRecord, renewal: Renewal) {
    this.#deps = deps;
    this.#record = record;
    this.#renewal = renewal;
  }

  get transitions(): number {
    return this.#record.transitions;
  }

  check(): void {
    if (this.#isTaken)
      throw new DroverError(
        "unavailable",
        "LEASE_NOT_HELD",
        "write: another agent has taken this cluster over; this one writes nothing more",
      );
    const ageMs = this.#renewal.ageMs();
    if (ageMs < leaseClocks.renewDeadlineMs) return;
    throw new DroverError(
      "unavailable",
      "LEASE_NOT_HELD",
      `write: the agent's Lease was renewed ${Math.round(ageMs / 1000)} s ago, so another agent may have taken over; nothing is written until it is renewed`,
    );
  }

  async keep(signal: AbortSignal, regained: () => void): Promise<"stopped" | "taken"> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      await clock.sleep(leaseClocks.retryMs, signal).catch(() => {});
      if (signal.aborted) break;
      try {
        const wasHeld = this.#renewal.ageMs() < leaseClocks.renewDeadlineMs;
        if ((await this.#renew(signal)) === "taken") return "taken";
        if (!wasHeld) regained();
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, "the Lease could not be renewed, trying again");
      }
    }
    await this.#release();
    return "stopped";
  }

  async #renew(signal: AbortSignal): Promise<"renewed" | "taken"> {
    const renewal = new Renewal(this.#deps.clock);
    try {
      const written = await write(this.#deps, this.#record, this.#record.resourceVersion || undefined, signal);
      this.#renewal = renewal;
      this.#record = { ...this.#record, resourceVersion: resourceVersionOf(written) };
      return "renewed";
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code !== "KUBE_STALE" && code !== "KUBE_NOT_FOUND" && code !== "KUBE_EXISTS") throw thrown;
      // Our own write whose answer was lost, somebody's label, a deleted Lease, or another holder.
      const live = await this.#deps.kube.get(leaseRef(this.#deps.namespace), signal);
      this.#isTaken = isTaken(live, this.#record);
      if (this.#isTaken) return "taken";
      this.#record = { ...this.#record, resourceVersion: live ? resourceVersionOf(live) : "" };
      return this.#renewAgain(signal);
    }
  }

  async #renewAgain(signal: AbortSignal): Promise<"renewed"> {
    const renewal = new Renewal(this.#deps.clock);
    const written = await write(this.#deps, this.#record, this.#record.resourceVersion || undefined, signal);
    this.#renewal = renewal;
    this.#record = { ...this.#record, resourceVersion: resourceVersionOf(written) };
    return "renewed";
  }

  /** Lets the next process begin at once. Not done, it only waits. */
  async #release(): Promise<void> {
    const within = AbortSignal.timeout(releaseMs);
    const free = { ...this.#record, holder: "" };
    try {
      await write(this.#deps, free, free.resourceVersion, within).catch(async (thrown: unknown) => {
        if (toDroverError(thrown).code !== "KUBE_STALE") throw thrown;
        // Most likely our own renewal, which the end cut off before its answer came.
        const live = await this.#deps.kube.get(leaseRef(this.#deps.namespace), within);
        if (live && !isTaken(live, this.#record)) await write(this.#deps, free, resourceVersionOf(live), within);
      });
    } catch (err) {
      this.#deps.log.warn({ err }, "the Lease could not be let go, the next agent waits until it runs out");
    }
  }
}

function write(
  deps: Deps,
  record: Omit<LeaseRecord, "resourceVersion">,
  over: string | undefined,
  signal: AbortSignal,
): Promise<KubeObject> {
  const ref = leaseRef(deps.namespace);
  const metadata = { name: leaseName, namespace: deps.namespace, ...(over === undefined ? {} : { resourceVersion: over }) };
  const lease: KubeObject = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata,
    spec: leaseSpec(record, microTime(deps.clock)),
  };
  return over === undefined ? deps.kube.create(ref, lease, signal) : deps.kube.replace(ref, lease, signal);
}

export const leaseRef = (namespace: string): ObjectRef => ({ resource: leases, namespace, name: leaseName });

/** Kubernetes' MicroTime wants six digits. */
const microTime = (clock: Clock): string => rfc3339(clock.now()).replace("Z", "000Z");
