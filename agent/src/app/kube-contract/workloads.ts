import { type Json, memberAt } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../kube.ts";
import type { Bench } from "./bench.ts";
import { condition, deployment, template } from "./objects.ts";
import { eventually } from "./waits.ts";

export function workloadContract({ kube, kind, ref, namespace, apply, signal }: Bench): void {
  describe("workloads", () => {
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
      const pods = await kube.list(kind("Pod"), { namespace: space, labelSelector: "app=web" }, signal);
      const waiting = pods.items.map((pod) =>
        memberAt((memberAt(pod, "status", "containerStatuses") as readonly Json[])[0] ?? null, "state", "waiting", "reason"),
      );
      expect(waiting.filter((reason) => reason !== undefined)).toEqual(["CrashLoopBackOff"]);
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
        expect(condition(await status("Job", "never"), "Failed")).toMatchObject({ status: "True", reason: "BackoffLimitExceeded" });
      });
    });
  });
}
