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
/** Until there is an answer, nothing else of the agent runs. */
const unknownEveryMs = 1_000;

export interface Maintenance {
  /** Resolves with the first answer, also that nobody may ask: before, nothing should be changed. */
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
  let isKnown = false;
  for (let isOn = false; !signal.aborted; await clock.sleep(isKnown ? everyMs : unknownEveryMs, signal).catch(() => {})) {
    try {
      const flag = await kube.get(ref, signal);
      const now = flag !== undefined && annotationOf(flag, maintenanceAnnotation) === "true";
      if (now !== isOn) {
        isOn = now;
        log.warn({ maintenance: isOn }, isOn ? "maintenance begins: nothing is changed any more" : "maintenance is over");
        changed(isOn);
      }
      isKnown = true;
    } catch (thrown) {
      const err = toDroverError(thrown);
      if (!signal.aborted) log[isKnown ? "debug" : "warn"]({ err }, "the maintenance flag could not be read");
      isKnown ||= err.kind === "forbidden";
    }
    if (isKnown) known();
  }
  known();
}
