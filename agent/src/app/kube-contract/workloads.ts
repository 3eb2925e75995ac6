import { type Json, memberAt } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../kube.ts";
import type { Bench } from "./bench.ts";
import { condition, deployment, template } from "./objects.ts";
import { eventually } from "./waits.ts";

export function workloadContract({ kube, kind, ref, namespace, apply, signal }: Bench): void {
  describe("workloads", () => {
    const inSpace = async (word: string, space: string, labelSelector: string): Promise<readonly KubeObject[]> =>
      (await kube.list(kind(word), { namespace: space, labelSelector }, signal)).items;

    test("a Deployment progresses until it is available", async () => {
      const target = ref("Deployment", await namespace(), "web");
      await apply(target, deployment("web", { replicas: 2, image: "web:1" }));
      await eventually(async () => {
        const live = (await kube.get(target, signal)) ?? null;
        expect(live).toMatchObject({
          status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
        });
        expect(condition(live, "Available")).toMatchObject({ status: "True" });
        expect(condition(live, "Progressing")).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
      });
    });

    test("a Deployment whose new pods crash keeps the old ones, then misses its deadline", async () => {
      const space = await namespace();
      const target = ref("Deployment", space, "web");
      await apply(target, deployment("web", { replicas: 1, image: "web:1" }));
      await eventually(async () => expect((await kube.get(target, signal)) ?? null).toMatchObject({ status: { availableReplicas: 1 } }));
      await apply(
        target,
        deployment("web", {
          replicas: 1,
          image: "web:2",
          annotations: { "drover.test/outcome": "crash" },
          spec: { progressDeadlineSeconds: 2 },
        }),
      );
      await eventually(async () => {
        const live = (await kube.get(target, signal)) ?? null;
        expect(live).toMatchObject({
          status: { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1, unavailableReplicas: 1 },
        });
        expect(condition(live, "Available")).toMatchObject({ status: "True" });
        expect(condition(live, "Progressing")).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
      });
      const newest = (await inSpace("ReplicaSet", space, "app=web")).find(
        (set) => annotation(set, "deployment.kubernetes.io/revision") === "2",
      );
      const hash = String(memberAt(newest, "metadata", "labels", "pod-template-hash"));
      const pods = await inSpace("Pod", space, `app=web,pod-template-hash=${hash}`);
      expect(pods.map(waitingReason)).toEqual(["CrashLoopBackOff"]);
    });

    test("a Deployment that goes takes its sets and pods along", async () => {
      const space = await namespace();
      const target = ref("Deployment", space, "web");
      const { metadata } = await apply(target, deployment("web", { replicas: 2, image: "web:1" }));
      await eventually(async () => expect(await inSpace("Pod", space, "app=web")).toHaveLength(2));
      await kube.delete(target, { uid: String(metadata["uid"]) }, signal);
      await eventually(async () => {
        expect(await inSpace("ReplicaSet", space, "app=web")).toEqual([]);
        expect(await inSpace("Pod", space, "app=web")).toEqual([]);
      });
    });

    test("a StatefulSet, a DaemonSet and a Job reach their ends", async () => {
      const space = await namespace();
      const spec = { selector: { matchLabels: { app: "x" } }, template: template("x", "x:1") };
      await apply(ref("StatefulSet", space, "db"), {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "db" },
        spec: { ...spec, serviceName: "db", replicas: 2 },
      });
      await apply(ref("DaemonSet", space, "node"), { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "node" }, spec });
      const once = { metadata: {}, spec: { restartPolicy: "Never", containers: [{ name: "x", image: "x:1" }] } };
      await apply(ref("Job", space, "once"), { apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" }, spec: { template: once } });
      const failing = { ...once, metadata: { annotations: { "drover.test/outcome": "fail" } } };
      await apply(ref("Job", space, "never"), {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "never" },
        spec: { backoffLimit: 0, template: failing },
      });
      const no = { metadata: {}, spec: { restartPolicy: "Never", containers: [{ name: "x", image: "x:1", command: ["false"] }] } };
      await apply(ref("Job", space, "no"), {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "no" },
        spec: { backoffLimit: 0, template: no },
      });
      const status = async (word: string, objectName: string): Promise<KubeObject | null> =>
        (await kube.get(ref(word, space, objectName), signal)) ?? null;
      await eventually(async () => {
        expect(await status("StatefulSet", "db")).toMatchObject({
          status: { observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 },
        });
        expect(await status("DaemonSet", "node")).toMatchObject({
          status: { desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1, numberAvailable: 1 },
        });
        expect(condition(await status("Job", "once"), "Complete")).toMatchObject({ status: "True" });
        for (const failed of ["never", "no"])
          expect(condition(await status("Job", failed), "Failed")).toMatchObject({ status: "True", reason: "BackoffLimitExceeded" });
      });
    });
  });
}

const annotation = (object: KubeObject, name: string): Json | undefined => memberAt(object, "metadata", "annotations", name);

function waitingReason(pod: KubeObject): Json | undefined {
  const statuses = memberAt(pod, "status", "containerStatuses");
  return memberAt((Array.isArray(statuses) ? (statuses as readonly Json[])[0] : undefined) ?? null, "state", "waiting", "reason");
}
