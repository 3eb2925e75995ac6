import { type DroverError, toDroverError } from "@drover/kit";
import type { WantedJob } from "@drover/proto/wire";
import { refusalOf } from "../../domain/apply/allowed.ts";
import { gateJobId, gateJobObject, gateLabel } from "../../domain/gate-job/gate-job-object.ts";
import { type GateJobProgress, gateJobProgress } from "../../domain/gate-job/gate-job-progress.ts";
import { keyOf } from "../../domain/manifest.ts";
import { labelOf, uidOf } from "../../domain/manifest-fields.ts";
import type { Application } from "../engine/application.ts";
import type { EngineContext } from "../engine/context.ts";
import { failureOf } from "../engine/failure.ts";
import { lastLogOf } from "../engine/sync/hook-log.ts";
import type { Kube, KubeObject, ObjectRef, Resource } from "../kube.ts";
import type { GateJobRun } from "../state/gate-job-store.ts";

/** An application as the engine knows it. */
export interface Known {
  readonly application: Application;
  readonly context: EngineContext;
}

const jobs: Resource = { group: "batch", version: "v1", kind: "Job", plural: "jobs", namespaced: true, verbs: [] };
const pods: Resource = { group: "", version: "v1", kind: "Pod", plural: "pods", namespaced: true, verbs: [] };

const refOf = (job: Pick<WantedJob, "id" | "namespace">): ObjectRef => ({
  resource: jobs,
  namespace: job.namespace,
  name: gateJobId(job).name,
});

/**
 * Makes the Job, or finds the one that an earlier process made and did not note. Undefined: not now, because this generation is not assigned or
 * not applied, or somebody in the cluster wants nothing to be changed.
 */
export async function beginGateJob(job: WantedJob, { application, context }: Known, signal: AbortSignal): Promise<GateJobRun | undefined> {
  const { assignment, access } = application;
  if (assignment?.state !== "active" || assignment.generation !== job.generation || assignment.bundle.sha256 !== job.bundle)
    return undefined;
  const id = gateJobId(job);
  const isReportOnly = assignment.syncPolicy.mode === "Report";
  if (!isReportOnly && application.appliedGeneration !== job.generation) return undefined;
  if (application.inMaintenance || context.isSuspended({ id, suspended: false })) return undefined;
  const run = (uid: string, progress: GateJobProgress): GateJobRun => ({
    id: job.id,
    namespace: job.namespace,
    user: access.user,
    uid,
    ...progress,
  });
  const refused = (message: string): GateJobRun => run("", { state: "Refused", message });
  if (isReportOnly) return refused("the application is only reported on, so nothing is run for it");
  const refusal = refusalOf(id, {
    project: assignment.project,
    limits: assignment.syncPolicy.limits,
    agentNamespace: context.agentNamespace,
  });
  if (refusal) return refused(refusal.message);
  try {
    const ref = refOf(job);
    const found = (await access.kube.get(ref, signal)) ?? (await access.kube.create(ref, gateJobObject(job), signal));
    if (labelOf(found, gateLabel) !== job.id) return refused(`Job ${job.namespace}/${ref.name} exists already and is not this gate's`);
    return run(uidOf(found), { state: "Running", message: "" });
  } catch (thrown) {
    if (!isFinal(toDroverError(thrown))) throw thrown;
    return refused(failureOf(thrown).message);
  }
}

const finalKinds = new Set<DroverError["kind"]>(["invalid", "forbidden", "not-found"]);

/** What trying again by itself would not change. */
const isFinal = ({ kind }: DroverError): boolean => finalKinds.has(kind);

/** How far the Job is now. */
export async function followGateJob(
  run: GateJobRun,
  { application, context }: Known,
  kube: Kube,
  signal: AbortSignal,
): Promise<GateJobProgress> {
  const job = await kube.get(refOf(run), signal);
  if (!job || uidOf(job) !== run.uid) return { state: "Failed", message: "its Job was deleted before it ended" };
  const progress = gateJobProgress(job, await podsOf(run, kube, signal));
  if (progress.state !== "Failed") return progress;
  const id = gateJobId(run);
  const log = await lastLogOf({ id, key: keyOf(id) }, kube, context);
  context.log.info({ application: application.name, job: id.name, reason: progress.message }, "a gate's Job failed");
  return log === "" ? progress : { ...progress, message: `${progress.message}; log: ${log}` };
}

/** Who may make Jobs need not be allowed to see pods; the Job alone then says less. */
async function podsOf(run: GateJobRun, kube: Kube, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const labelSelector = `${gateLabel}=${run.id}`;
  try {
    return (await kube.list(pods, { namespace: run.namespace, labelSelector }, signal)).items;
  } catch (thrown) {
    if (toDroverError(thrown).kind === "forbidden") return [];
    throw thrown;
  }
}

/** Deletes the Job unless it failed: that one stays for whoever wants to read its log, and goes by itself. */
export async function removeGateJob(run: GateJobRun, kube: Kube, signal: AbortSignal): Promise<void> {
  if (run.state === "Failed" || run.uid === "") return;
  try {
    await kube.delete(refOf(run), { uid: run.uid }, signal);
  } catch (thrown) {
    const error = toDroverError(thrown);
    // Gone already, replaced by somebody, or not ours to delete any more: its deadline and its lifetime end it.
    if (!isFinal(error) && error.code !== "KUBE_STALE") throw thrown;
  }
}
