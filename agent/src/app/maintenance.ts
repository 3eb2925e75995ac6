import { toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { annotationOf } from "../domain/manifest-fields.ts";
import type { Kube, Resource } from "./kube.ts";

interface Deps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly log: Log;
  readonly namespace: string;
  /** Called when it begins and when it ends. */
  readonly changed: (isOn: boolean) => void;
}

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const name = "drover-agent";
const maintenanceAnnotation = "drover.dev/maintenance";
const everyMs = 5_000;

export interface Maintenance {
  /** Resolves when it has been asked for once: before, nothing should be changed. */
  readonly known: Promise<void>;
  readonly ended: Promise<void>;
}

/**
 * Looks every few seconds whether somebody has put the whole cluster into maintenance:
 * `kubectl -n drover-system annotate configmap drover-agent drover.dev/maintenance=true`. While nobody can be asked, what was
 * last known holds.
 */
export function followMaintenance(deps: Deps, signal: AbortSignal): Maintenance {
  const { promise: known, resolve } = Promise.withResolvers<void>();
  return { known, ended: follow(deps, resolve, signal) };
}

async function follow({ kube, clock, log, namespace, changed }: Deps, known: () => void, signal: AbortSignal): Promise<void> {
  const ref = { resource: configMaps, namespace, name };
  for (let isOn = false; !signal.aborted; await clock.sleep(everyMs, signal).catch(() => {})) {
    try {
      const flag = await kube.get(ref, signal);
      const now = flag !== undefined && annotationOf(flag, maintenanceAnnotation) === "true";
      if (now !== isOn) {
        isOn = now;
        log.warn({ maintenance: isOn }, isOn ? "maintenance begins: nothing is changed any more" : "maintenance is over");
        changed(isOn);
      }
    } catch (thrown) {
      if (!signal.aborted) log.debug({ err: toDroverError(thrown) }, "the maintenance flag could not be read");
    }
    known();
  }
  known();
}
