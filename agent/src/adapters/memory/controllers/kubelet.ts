import { type Instant, type Json, type JsonObject, member, memberAt } from "@drover/kit";
import type { KubeObject, ObjectRef } from "../../../app/kube.ts";
import { pods } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { timestamp } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import { ownersOf, phaseOf, refOf } from "./pods.ts";

/**
 * Gives pods the fate that their annotation `drover.test/outcome` names, the same words as for the fake kubelet of the real
 * clusters in tests: none (ready; a Job's pod succeeds unless its command is `false`), stuck, crash, imagepull, oom, fail. An image with the
 * tag `does-not-exist` cannot be pulled.
 */
export function createKubelet({ store, api, clock, podStartMs }: ControllerDeps): Controller {
  const dueAt = new Map<string, Instant>();
  const write = (ref: ObjectRef, status: JsonObject): void => void api.merge(ref, { status }, "kubelet", "status");
  return {
    keysOf: ({ collection, object }) =>
      collection === collectionOf(pods) ? [`${String(object.metadata["namespace"])}/${object.metadata.name}`] : [],
    reconcile: (key) => {
      const ref = refOf(pods, key);
      const pod = store.get(collectionOf(pods), ref.namespace, ref.name);
      if (pod === undefined) {
        dueAt.delete(key);
        return undefined;
      }
      const uid = String(pod.metadata["uid"]);
      const now = clock.now();
      const due = dueAt.get(uid);
      if (due === undefined && memberAt(pod, "status", "phase") === undefined) {
        dueAt.set(uid, (now + podStartMs) as Instant);
        write(ref, { phase: "Pending" });
        return { againInMs: podStartMs };
      }
      if (due === undefined) return undefined;
      // Also when the timer itself came early: it counts by another clock than the one that tells the time.
      if (due > now) return { againInMs: due - now };
      const status = nextStatus(pod, now);
      if (status !== undefined && phaseOf(pod) !== "Succeeded") write(ref, status);
      const goesOn = status?.["phase"] === "Running" && isJobs(pod) && outcomeOf(pod) === "ready" && phaseOf(pod) === "Pending";
      if (!goesOn) {
        dueAt.delete(uid);
        return undefined;
      }
      dueAt.set(uid, (now + podStartMs) as Instant);
      return { againInMs: podStartMs };
    },
  };
}

const outcomeOf = (pod: KubeObject): string =>
  String(memberAt(pod, "metadata", "annotations", "drover.test/outcome") ?? (isMissing(pod) ? "imagepull" : "ready"));

/** No registry is asked here, but an image that says so itself cannot be pulled. */
const isMissing = (pod: KubeObject): boolean => {
  const list = memberAt(pod, "spec", "containers");
  return Array.isArray(list) && (list as readonly Json[]).some((one) => String(member(one, "image")).endsWith(":does-not-exist"));
};
const isFalse = (pod: KubeObject): boolean => firstOf(member(firstOf(memberAt(pod, "spec", "containers")), "command")) === "false";
const firstOf = (list: Json | undefined): Json | undefined => (Array.isArray(list) ? (list as readonly Json[])[0] : undefined);
const isJobs = (pod: KubeObject): boolean => ownersOf(pod).some((owner) => member(owner, "kind") === "Job");

function nextStatus(pod: KubeObject, now: Instant): JsonObject | undefined {
  const at = timestamp(now);
  const condition = (type: string, status: string, reason?: string): JsonObject => ({
    type,
    status,
    lastTransitionTime: at,
    ...(reason === undefined ? {} : { reason }),
  });
  const notReady = [condition("Ready", "False", "ContainersNotReady")];
  const waiting = (reason: string, message: string): JsonObject => ({ waiting: { reason, message } });
  const ended = (exitCode: number, reason: string): JsonObject => ({ terminated: { exitCode, reason, startedAt: at, finishedAt: at } });
  const failed = { phase: "Failed", startTime: at, containerStatuses: containers(pod, { ...crashed(ended(1, "Error")), restartCount: 0 }) };
  switch (outcomeOf(pod)) {
    case "stuck":
      return undefined;
    case "crash":
      return {
        phase: "Running",
        startTime: at,
        conditions: notReady,
        containerStatuses: containers(pod, crashed(waiting("CrashLoopBackOff", "back-off 40s restarting failed container"))),
      };
    case "oom":
      return {
        phase: "Running",
        startTime: at,
        conditions: notReady,
        containerStatuses: containers(pod, {
          ...crashed(waiting("CrashLoopBackOff", "back-off 40s restarting failed container")),
          lastState: ended(137, "OOMKilled"),
        }),
      };
    case "imagepull":
      return {
        phase: "Pending",
        startTime: at,
        conditions: notReady,
        containerStatuses: containers(pod, { ...crashed(waiting("ImagePullBackOff", "Back-off pulling image")), restartCount: 0 }),
      };
    case "fail":
      return failed;
    default:
      if (isJobs(pod) && phaseOf(pod) === "Running" && isFalse(pod)) return failed;
      if (isJobs(pod) && phaseOf(pod) === "Running")
        return {
          phase: "Succeeded",
          conditions: notReady,
          containerStatuses: containers(pod, { ...crashed(ended(0, "Completed")), restartCount: 0 }),
        };
      return {
        phase: "Running",
        startTime: at,
        conditions: ["Initialized", "ContainersReady", "Ready"].map((type) => condition(type, "True")),
        containerStatuses: containers(pod, { ready: true, started: true, restartCount: 0, state: { running: { startedAt: at } } }),
      };
  }
}

const crashed = (state: JsonObject): JsonObject => ({ ready: false, started: false, restartCount: 3, state });

function containers(pod: KubeObject, state: JsonObject): readonly JsonObject[] {
  const list = memberAt(pod, "spec", "containers");
  return (Array.isArray(list) ? (list as readonly Json[]) : []).map((one) => ({
    name: member(one, "name") ?? "",
    image: member(one, "image") ?? "",
    imageID: "",
    ...state,
  }));
}
