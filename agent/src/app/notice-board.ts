import { rfc3339, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { ApplicationStatus } from "@drover/proto/wire";
import { Wake } from "./engine/schedule/wake.ts";
import type { Kube, KubeObject, Resource } from "./kube.ts";

interface Deps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly log: Log;
  readonly namespace: string;
  readonly agentVersion: string;
  /** What the control plane calls this cluster. */
  readonly clusterName: string;
  readonly statuses: () => readonly ApplicationStatus[];
  readonly health: () => {
    readonly connected: boolean;
    readonly position: { readonly epoch: number; readonly sequence: number } | undefined;
    readonly maintenance: boolean;
  };
}

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const name = "drover-agent-status";
/** News may wait this long; people look by hand, and every write is one of the API server's. */
const atMostEveryMs = 5_000;

/**
 * Tells people who have nothing but kubectl what the agent is doing: `kubectl -n drover-system get configmap
 * drover-agent-status -o yaml`. Nothing reads it back.
 */
export class NoticeBoard {
  readonly #deps: Deps;
  readonly #wake = new Wake();
  #posted = "";

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  changed(): void {
    this.#wake.request();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      this.#wake.taken();
      try {
        await this.#post(signal);
      } catch (thrown) {
        if (!signal.aborted) log.debug({ err: toDroverError(thrown) }, "the status ConfigMap could not be written");
      }
      await clock.sleep(atMostEveryMs, signal).catch(() => {});
      await this.#wake.requested(undefined, clock, signal);
    }
  }

  async #post(signal: AbortSignal): Promise<void> {
    const { kube, clock, namespace } = this.#deps;
    const data = this.#data();
    const text = JSON.stringify(data);
    if (text === this.#posted) return;
    const notice: KubeObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, annotations: { "drover.dev/written-at": rfc3339(clock.now()) } },
      data,
    };
    await kube.apply({ resource: configMaps, namespace, name }, notice, { fieldManager: "drover-agent", force: true }, signal);
    this.#posted = text;
  }

  #data(): Readonly<Record<string, string>> {
    const { statuses, health, agentVersion, clusterName } = this.#deps;
    const { connected, position, maintenance } = health();
    const agent = [
      `cluster: ${clusterName}`,
      `version: ${agentVersion}`,
      `control plane: ${connected ? "connected" : "not connected"}`,
      `envelope: ${position ? `${position.epoch}.${position.sequence}` : "none"}`,
      ...(maintenance ? ["maintenance: nothing is changed until the annotation drover.dev/maintenance is removed"] : []),
    ];
    return {
      agent: lines(agent),
      ...Object.fromEntries(statuses().map((status) => [`application.${status.application}`, noticeOf(status)])),
    };
  }
}

function noticeOf({ generation, bundle, sync, health, reason, message, failing, held, objects, drifted }: ApplicationStatus): string {
  const why = [reason, message].filter((part) => part !== undefined).join(": ");
  const failures = failing.map(
    ({ group, kind, namespace, name: object, container, reason: because, message: text }) =>
      `${kind}${group === "" ? "" : `.${group}`} ${namespace === undefined ? "" : `${namespace}/`}${object}${container === undefined ? "" : ` container ${container}`}: ${because}: ${text}`,
  );
  return lines([
    `${sync}, ${health}${why === "" ? "" : `, ${why}`}`,
    `generation ${generation}, ${objects} objects, ${drifted} drifted`,
    bundle,
    ...(held === undefined ? [] : [`held: ${held.objects} objects, list ${held.hash}`]),
    ...failures,
  ]);
}

const lines = (texts: readonly string[]): string => `${texts.join("\n")}\n`;
