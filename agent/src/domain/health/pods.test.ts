import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { type Assessment, withKnownCause } from "./health.ts";
import { assessPod, explainByPods, newestPods, newestTemplateHash } from "./pods.ts";

const pod = (status: JsonObject, metadata: JsonObject = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", ...metadata },
  status,
});
const container = (state: JsonObject, over: JsonObject = {}): JsonObject => ({ name: "app", restartCount: 0, state, ...over });
const running = (...containers: readonly JsonObject[]): Manifest => pod({ phase: "Running", containerStatuses: containers });
const waiting = (reason: string, message = ""): JsonObject => ({ waiting: { reason, message } });
const ready = pod({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
const died = { lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } }, restartCount: 4 };
const crashing = running(container(waiting("CrashLoopBackOff", "back-off 40s"), died));
const unschedulable = pod({
  phase: "Pending",
  conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
});

test.each([
  { name: "ready", of: ready, want: { health: "Healthy" } },
  { name: "done", of: pod({ phase: "Succeeded" }), want: { health: "Healthy" } },
  {
    name: "crashing, with what it died of",
    of: crashing,
    want: {
      health: "Degraded",
      reason: "OOMKilled",
      container: "app",
      message: "back-off 40s, exit code 137 (OOMKilled), 4 restarts",
    },
  },
  {
    name: "without its image",
    of: running(container(waiting("ImagePullBackOff"))),
    want: { health: "Degraded", reason: "ImagePullBackOff", container: "app" },
  },
  {
    name: "without its image, which is named once",
    of: running(container(waiting("ErrImagePull", "not found"), { image: "web:9" })),
    want: { message: "image web:9, not found" },
  },
  {
    name: "without an image that the words name",
    of: running(container(waiting("ImagePullBackOff", 'Back-off pulling image "web:9"'), { image: "web:9" })),
    want: { message: 'Back-off pulling image "web:9"' },
  },
  { name: "being created", of: running(container(waiting("ContainerCreating"))), want: { health: "Progressing" } },
  {
    name: "killed for memory just now",
    of: running(container({ terminated: { exitCode: 137, reason: "OOMKilled" } })),
    want: { health: "Degraded", reason: "OOMKilled", message: "exit code 137 (OOMKilled)" },
  },
  {
    name: "held by an init container",
    of: pod({ phase: "Pending", initContainerStatuses: [container(waiting("CrashLoopBackOff"), { name: "init" })] }),
    want: { health: "Degraded", container: "init" },
  },
  { name: "without a node", of: unschedulable, want: { health: "Progressing", reason: "Unschedulable", message: "0/3 nodes" } },
  { name: "evicted", of: pod({ phase: "Failed", reason: "Evicted" }), want: { health: "Degraded", reason: "Evicted" } },
])("a pod is $name", ({ of, want }) => expect(assessPod(of)).toMatchObject(want));

const pods = { generation: 1, selector: {}, revision: { kind: "any" } } as const;
const notReady: Assessment = { health: "Progressing", reason: "NotReady", message: "0 of 2 available", pods };

test("the worst pod speaks for its workload", () => {
  expect(explainByPods(notReady, [ready, crashing])).toMatchObject({
    health: "Degraded",
    reason: "OOMKilled",
    message: "Pod p: back-off 40s, exit code 137 (OOMKilled), 4 restarts",
    byItself: notReady,
  });
  expect(explainByPods(notReady, [unschedulable])).toMatchObject({ health: "Progressing", reason: "Unschedulable" });
  expect(explainByPods(notReady, [ready])).toBe(notReady);
});

test("a pod that ended explains its workload, and does not decide for it", () => {
  const ended = pod({ phase: "Failed", containerStatuses: [container({ terminated: { exitCode: 3, reason: "Error" } })] });
  const found = explainByPods(notReady, [ended]);
  expect(found).toMatchObject({ health: "Progressing", reason: "Failed", container: "app", message: "Pod p: exit code 3 (Error)" });
  expect(explainByPods(notReady, [ended, crashing])).toMatchObject({ health: "Degraded", reason: "OOMKilled" });
});

test("a workload whose pods are on their way says what the first of them waits for", () => {
  const starting = running(container(waiting("ContainerCreating")));
  expect(explainByPods(notReady, [ready, starting])).toEqual({
    ...notReady,
    message: "0 of 2 available, Pod p: container app ContainerCreating",
    byItself: notReady,
  });
  const unready = pod({
    phase: "Running",
    conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady", message: "containers with unready status: [app]" }],
  });
  expect(explainByPods(notReady, [unready])).toMatchObject({
    health: "Progressing",
    reason: "NotReady",
    message: "0 of 2 available, Pod p: containers with unready status: [app]",
  });
});

test("a dying pod is not blamed", () => {
  const dying = { ...crashing, metadata: { name: "p", deletionTimestamp: "now" } };
  expect(explainByPods(notReady, [dying])).toBe(notReady);
});

test("a known cause holds for its spec and is forgotten with the next", () => {
  const known = explainByPods(notReady, [crashing]);
  const later = { ...notReady, message: "1 of 2 available" };
  expect(withKnownCause(later, known)).toMatchObject({ health: "Degraded", byItself: later });
  expect(withKnownCause({ ...later, pods: { ...pods, generation: 2 } }, known)).toMatchObject({ health: "Progressing" });
  const starting = explainByPods(notReady, [running(container(waiting("ContainerCreating")))]);
  expect(withKnownCause(notReady, starting)).toEqual(starting);
  expect(withKnownCause(later, starting)).toEqual(later);
  expect(withKnownCause({ health: "Healthy" }, known)).toEqual({ health: "Healthy" });
});

test("the newest ReplicaSet of a Deployment names its pods", () => {
  const set = (revision: string, hash: string, owner = "d1"): Manifest => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: hash,
      labels: { "pod-template-hash": hash },
      annotations: { "deployment.kubernetes.io/revision": revision },
      ownerReferences: [{ uid: owner }],
    },
  });
  expect(newestTemplateHash([set("9", "old"), set("10", "new"), set("11", "foreign", "d2")], "d1")).toBe("new");
  expect(newestTemplateHash([], "d1")).toBeUndefined();
});

test("without ReplicaSets the youngest pod tells, unless two revisions are of one second", () => {
  const of = (hash: string, creationTimestamp: string): Manifest => pod({}, { labels: { "pod-template-hash": hash }, creationTimestamp });
  expect(newestPods([of("a", "2026-01-01T00:00:01Z"), of("b", "2026-01-01T00:00:02Z")])).toHaveLength(1);
  expect(newestPods([of("a", "2026-01-01T00:00:01Z"), of("b", "2026-01-01T00:00:01Z")])).toEqual([]);
  expect(newestPods([of("a", "2026-01-01T00:00:01Z"), of("a", "2026-01-01T00:00:02Z")])).toHaveLength(2);
});
