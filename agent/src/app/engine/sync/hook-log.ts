import { isJsonObject, type Json, memberAt } from "@drover/kit";
import { textOf } from "../../../domain/manifest-fields.ts";
import { logTail } from "../../../domain/order/log-tail.ts";
import type { Kube, KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import type { Hook } from "../bundle/target.ts";

/** Enough for the line that says why. */
const tailLines = 8;
const maxBytes = 64 * 1024;
const withinMs = 10_000;

/** The last lines that a failed hook's container wrote; empty when there is no pod any more, or its log may not be read. */
export async function lastLogOf(hook: Pick<Hook, "id" | "key">, kube: Kube, context: EngineContext): Promise<string> {
  try {
    const pod = await failedPodOf(hook, kube, context);
    if (!pod) return "";
    const container = failedContainerOf(pod);
    const log = kube.logs(
      { namespace: hook.id.namespace ?? "", name: pod.metadata.name },
      { tailLines, ...(container === undefined ? {} : { container }) },
      AbortSignal.any([context.signal, AbortSignal.timeout(withinMs)]),
    );
    return logTail(await textWithin(log));
  } catch (err) {
    context.log.debug({ err, object: hook.key }, "the log of a failed object could not be read");
    return "";
  }
}

async function failedPodOf({ id }: Pick<Hook, "id">, kube: Kube, { discovery, signal }: EngineContext): Promise<KubeObject | undefined> {
  const resource = discovery.find("", "Pod");
  if (!resource || id.namespace === undefined) return undefined;
  if (id.kind === "Pod") return kube.get({ resource, namespace: id.namespace, name: id.name }, signal);
  if (id.group !== "batch" || id.kind !== "Job") return undefined;
  const { items } = await kube.list(
    resource,
    { namespace: id.namespace, labelSelector: `batch.kubernetes.io/job-name=${id.name}` },
    signal,
  );
  const failed = items.filter((pod) => memberAt(pod, "status", "phase") === "Failed");
  const started = (pod: KubeObject): string => textOf(memberAt(pod, "status", "startTime"));
  return failed.toSorted((a, b) => started(b).localeCompare(started(a)))[0];
}

function failedContainerOf(pod: KubeObject): string | undefined {
  const listed = (field: string): readonly Json[] => {
    const statuses = memberAt(pod, "status", field);
    return Array.isArray(statuses) ? (statuses as readonly Json[]) : [];
  };
  const failed = [...listed("initContainerStatuses"), ...listed("containerStatuses")]
    .filter(isJsonObject)
    .find((status) => memberAt(status, "state", "terminated") !== undefined && memberAt(status, "state", "terminated", "exitCode") !== 0);
  return failed && textOf(failed["name"]);
}

async function textWithin(log: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of log) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}
