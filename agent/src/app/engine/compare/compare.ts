import { DroverError, toDroverError } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { differences } from "../../../domain/apply/difference.ts";
import { managersOf, meetObject } from "../../../domain/apply/meet.ts";
import { uidOf } from "../../../domain/manifest-fields.ts";
import { nameOf, type ObjectId } from "../../../domain/manifest.ts";
import type { Failure } from "../../../domain/status/application-status.ts";
import { type KubeObject, onlyIfAbsent } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { holdObject } from "../schedule/hold-object.ts";
import { previewTakeOver } from "../write/take-over.ts";
import type { Tracked, Wanted } from "../tracked.ts";
import { type Writing, writingOf, writingOnto } from "../write/writing.ts";

/** What a sync would do to one object. Nothing of it has been done. */
export interface Comparison {
  readonly id: ObjectId;
  /** `conflict`: it differs, and is not ours to change; `unknown`: it cannot be applied like this, or not be read. */
  readonly change: "none" | "create" | "update" | "prune" | "conflict" | "unknown";
  /** Such as `.spec.replicas`; at most a thousand. */
  readonly fields: readonly string[];
  readonly before?: KubeObject;
  /** What the API server, admission included, would make of it. */
  readonly after?: KubeObject;
  /** With `conflict` and `unknown`. */
  readonly failure?: Failure;
}

const maxFields = 1_000;

/** Compares every object that the application wants or owns, as many at once as the engine has requests for. */
export async function compareWithCluster(
  application: Application,
  context: EngineContext,
  signal: AbortSignal,
): Promise<readonly Comparison[]> {
  const all = [...application.objects.values()].filter(({ wanted, owned }) => wanted !== undefined || owned);
  return Promise.all(
    all.map((tracked) => holdObject(application, tracked, "normal", context, () => compareObject(application, tracked, context, signal))),
  );
}

/** One read and at most three dry runs. Never throws but for the signal. */
export async function compareObject(
  application: Application,
  tracked: Tracked,
  context: EngineContext,
  signal: AbortSignal,
): Promise<Comparison> {
  const { id } = tracked;
  // What waits for its turn in a sync is compared with what it will be then.
  const { wanted } = application.target?.objects.get(tracked.key) ?? tracked;
  let before: KubeObject | undefined;
  try {
    const refusal = application.target?.order.refused.get(tracked.key);
    if (refusal) return { id, change: "unknown", fields: [], failure: refusal };
    await context.discovery.ready(signal);
    before = await readLive(application, tracked, context, signal);
    const live = before ? { before } : {};
    if (!application.assignment || !wanted) return { id, change: before ? "prune" : "none", fields: [], ...live };
    return { id, ...live, ...(await compareWanted(application, application.assignment, { tracked, wanted, before }, context, signal)) };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { id, change: "unknown", fields: [], ...(before ? { before } : {}), failure: failureOf(thrown) };
  }
}

function readLive(
  { access }: Application,
  { id, version }: Tracked,
  { discovery }: EngineContext,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const resource = discovery.find(id.group, id.kind, version);
  if (!resource) throw new DroverError("not-found", "KIND_UNKNOWN", `compare ${nameOf(id)}: the cluster does not serve this kind`);
  return access.kube.get({ resource, namespace: id.namespace, name: id.name }, signal);
}

interface Compared {
  readonly tracked: Tracked;
  readonly wanted: Wanted;
  readonly before: KubeObject | undefined;
}

async function compareWanted(
  application: Application,
  assignment: Assignment,
  { tracked, wanted, before }: Compared,
  context: EngineContext,
  signal: AbortSignal,
): Promise<Omit<Comparison, "id" | "before">> {
  const sent = writingOf(application, tracked, wanted, assignment, context);
  if (!before) return { change: "create", fields: [], after: await created(sent, signal) };
  const object = writingOnto(sent, before);
  const meeting =
    uidOf(before) === tracked.applied?.uid
      ? ({ kind: "ours" } as const)
      : meetObject(before, { owner: object.owner, fieldManager: object.fieldManager, policy: object.policy.whenToTakeOver });
  switch (meeting.kind) {
    case "ours":
    case "take":
      return changed(before, await previewTakeOver(object, before, true, signal));
    case "compare":
      return takenOverIfUnchanged(object, before, signal);
    case "conflict":
      return { change: "conflict", fields: [], failure: { reason: "Conflict", message: meeting.message } };
    case "terminating":
      return { change: "unknown", fields: [], failure: { reason: "Terminating", message: "it is being deleted" } };
  }
}

function changed(before: KubeObject, after: KubeObject): Omit<Comparison, "id" | "before"> {
  const fields = differences(before, after, maxFields);
  return { change: fields.length > 0 ? "update" : "none", fields, after };
}

/** With IfNoDiff, each difference is a conflict; the diff is shown all the same. */
async function takenOverIfUnchanged(object: Writing, before: KubeObject, signal: AbortSignal): Promise<Omit<Comparison, "id" | "before">> {
  let failure: Failure = { reason: "Conflict", message: `exists already, written by ${managersOf(before)}, and differs` };
  try {
    const without = changed(before, await previewTakeOver(object, before, false, signal));
    return without.change === "none" ? without : { ...without, change: "conflict", failure };
  } catch (thrown) {
    if (toDroverError(thrown).code !== "KUBE_CONFLICT") throw thrown;
    failure = failureOf(thrown);
  }
  return { ...changed(before, await previewTakeOver(object, before, true, signal)), change: "conflict", failure };
}

/** Where its namespace is still to be made, no server can say more than the manifest. */
async function created({ kube, ref, manifest, fieldManager }: Writing, signal: AbortSignal): Promise<KubeObject> {
  const anew = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: onlyIfAbsent } };
  try {
    return await kube.apply(ref, anew, { fieldManager, force: true, dryRun: true }, signal);
  } catch (thrown) {
    if (toDroverError(thrown).code === "KUBE_NOT_FOUND") return manifest;
    throw thrown;
  }
}
