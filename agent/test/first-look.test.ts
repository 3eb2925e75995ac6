import { DroverError } from "@drover/kit";
import { expect, onTestFinished, test } from "vitest";
import type { Kube, Resource } from "../src/app/kube.ts";
import { assignment, configMap, configMapRef, createTestFleet, eventually, reported, type TestFleet } from "./support/fleet.ts";

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };
const patience = (): AbortSignal => AbortSignal.timeout(10_000);

async function beginMaintenance({ cluster: { kube } }: TestFleet): Promise<void> {
  const ref = { resource: configMaps, namespace: "drover-system", name: "drover-agent" };
  const annotations = { "drover.dev/maintenance": "true" };
  await kube.create(
    ref,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: ref.name, namespace: ref.namespace, annotations } },
    patience(),
  );
}

async function suspendNamespace({ cluster: { kube } }: TestFleet): Promise<void> {
  const ref = { resource: namespaces, namespace: undefined, name: "shop" };
  const live = (await kube.get(ref, patience()))!;
  await kube.replace(ref, { ...live, metadata: { ...live.metadata, labels: { "drover.dev/suspend": "true" } } }, patience());
}

/** An API server that has no answer to the first looks for what people want left alone. */
function silentAtFirst(kube: Kube, looks: { left: number }): Kube {
  const answered = <T>(isAboutPause: boolean, answer: () => Promise<T>): Promise<T> =>
    isAboutPause && looks.left-- > 0 ? Promise.reject(new DroverError("unavailable", "KUBE_UNAVAILABLE", "it failed (503)")) : answer();
  return {
    ...kube,
    get: (ref, signal) => answered(ref.resource.kind === "ConfigMap" && ref.name === "drover-agent", () => kube.get(ref, signal)),
    list: (resource, options, signal) => answered(resource.kind === "Namespace", () => kube.list(resource, options, signal)),
    fenced: (check) => silentAtFirst(kube.fenced(check), looks),
  };
}

test.each([
  { name: "that the cluster is in maintenance", pause: beginMaintenance, tells: "Maintenance" },
  { name: "which namespaces are suspended", pause: suspendNamespace, tells: "Suspended" },
])(
  "an agent that starts changes nothing before it knows $name",
  async ({ pause, tells }) => {
    const fleet = createTestFleet();
    onTestFinished(() => fleet.stop());
    const before = await fleet.startAgent();
    fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([configMap("settings")])));
    await reported(fleet, "Synced", "Healthy");
    await before.stop();
    await pause(fleet);
    await fleet.cluster.admin.delete(configMapRef("settings"));
    const looks = { left: 2 };
    const agent = await fleet.startAgent(silentAtFirst(fleet.cluster.kube, looks));
    await eventually("it has seen that the object is missing", () => agent.statuses()[0]?.health === "Missing");
    expect(looks.left).toBeLessThan(0);
    expect(agent.statuses()[0]).toMatchObject({ reason: tells });
    expect(await fleet.cluster.admin.get(configMapRef("settings"))).toBeUndefined();
  },
  20_000,
);
