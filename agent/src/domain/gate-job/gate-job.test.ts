import { memberAt } from "@drover/kit";
import type { WantedJob } from "@drover/proto/wire";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { ownerLabel } from "../owner.ts";
import { gateJobObject } from "./gate-job-object.ts";
import { gateJobProgress } from "./gate-job-progress.ts";

const job: WantedJob = {
  id: "run-1",
  application: "shop",
  generation: 1,
  bundle: `sha256:${"0".repeat(64)}`,
  namespace: "shop",
  image: "smoke:1",
  command: ["smoke"],
  args: ["--url", "http://web"],
  env: { TARGET: "web" },
  deadlineSeconds: 90,
};

test("a Job runs one pod once, within its time, and belongs to no application", () => {
  const object = gateJobObject(job);
  expect(object).toMatchObject({
    metadata: { name: "drover-gate-run-1", namespace: "shop", labels: { "drover.dev/gate": "run-1" } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: 90,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ image: "smoke:1", command: ["smoke"], args: ["--url", "http://web"], env: [{ name: "TARGET", value: "web" }] }],
        },
      },
    },
  });
  expect(JSON.stringify(object)).not.toContain(ownerLabel);
});

test("its pod has a token only where it is given a service account", () => {
  const podOf = (over: Partial<WantedJob>) => memberAt(gateJobObject({ ...job, ...over }), "spec", "template", "spec");
  expect(podOf({})).toMatchObject({ automountServiceAccountToken: false });
  expect(podOf({ serviceAccountName: "smoke" })).toMatchObject({ serviceAccountName: "smoke" });
  expect(podOf({ serviceAccountName: "smoke" })).not.toHaveProperty("automountServiceAccountToken");
});

const live = (...conditions: readonly (readonly [type: string, reason: string, message: string])[]): Manifest => ({
  ...gateJobObject(job),
  status: { active: 1, conditions: conditions.map(([type, reason, message]) => ({ type, status: "True", reason, message })) },
});
const pod = (phase: string, state: NonNullable<Manifest[string]>): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  status: { phase, containerStatuses: [{ name: "gate", state }] },
});

const pulling = pod("Pending", { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } });
const exited = pod("Failed", { terminated: { exitCode: 3, reason: "Error" } });

test.each([
  { name: "runs", object: live(), pods: [], says: "Running: Running: 1 active, 0 succeeded" },
  {
    name: "waits for an image",
    object: live(),
    pods: [pulling],
    says: "Running: container gate: ImagePullBackOff: Pod p: Back-off pulling image",
  },
  { name: "is complete", object: live(["Complete", "", ""]), pods: [], says: "Succeeded: " },
  {
    name: "failed, says what its container ended with",
    object: live(["Failed", "BackoffLimitExceeded", "too often"]),
    pods: [exited],
    says: "Failed: container gate: Failed: Pod p: exit code 3 (Error)",
  },
  {
    name: "failed and has no pod any more, says so itself",
    object: live(["Failed", "BackoffLimitExceeded", "too often"]),
    pods: [],
    says: "Failed: BackoffLimitExceeded: too often",
  },
  {
    name: "took too long, blames its deadline",
    object: live(["Failed", "DeadlineExceeded", "longer than specified deadline"]),
    pods: [exited],
    says: "Failed: DeadlineExceeded: longer than specified deadline",
  },
])("a Job that $name", ({ object, pods, says }) => {
  const { state, message } = gateJobProgress(object, pods);
  expect(`${state}: ${message}`).toBe(says);
});
