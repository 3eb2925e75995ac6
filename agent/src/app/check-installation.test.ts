import { instant } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { afterEach, expect, test } from "vitest";
import { createMemoryCluster } from "../adapters/memory/cluster.ts";
import { checkInstallation } from "./check-installation.ts";
import { leaseRef } from "./lease.ts";

const cluster = createMemoryCluster({ name: "check" });
afterEach(() => cluster.close());

const namespace = "drover-system";
const { signal } = new AbortController();

/** A minute passes at once. */
function impatient(): Clock {
  let nowMs = 0;
  return { now: () => instant(nowMs), monotonicMs: () => nowMs, sleep: async (ms) => void (nowMs += ms) };
}

test("what is wrong is said with its reason, after a minute of patience", async () => {
  const clock = impatient();
  const enrolment = {
    challenge: async () => {
      throw new Error("no way out of the cluster");
    },
  };
  await cluster.kube.create(
    {
      resource: { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] },
      namespace: undefined,
      name: namespace,
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    signal,
  );
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "drover-agent", namespace },
    spec: { holderIdentity: "pod-1" },
  };
  await cluster.kube.create(leaseRef(namespace), lease, signal);

  const findings = await checkInstallation({ kube: cluster.kube, enrolment, namespace, clock }, signal);
  expect(findings.map(({ what, problem }) => `${what}: ${problem}`)).toEqual([
    "the control plane answers: no way out of the cluster",
    "the agent is enrolled: drover-system holds no identity for this cluster; the agent's log says why",
    "the agent is alive: pod-1 holds the Lease drover-agent and does not renew it",
  ]);
  expect(clock.monotonicMs()).toBeGreaterThan(60_000);
});
