import { readFileSync } from "node:fs";
import { parseJson } from "@drover/kit";
import type { Dsse } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube, KubeObject, Resource } from "../src/app/kube.ts";
import { changed, configMapRef, createTestFleet, deploymentRef, eventually, type TestFleet } from "./support/fleet.ts";

/** What an agent of version 1 left in its cluster, and what a newer control plane may send it. Never changed: agents in the field hold it. */
interface Recorded {
  readonly clusterUid: string;
  readonly secrets: readonly KubeObject[];
  /** Generation 2, with members that nobody knows yet. */
  readonly newerEnvelope: Dsse;
}
const recorded = parseJson(readFileSync(new URL("version-1.fixture.json", import.meta.url), "utf8")) as unknown as Recorded;

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const secrets: Resource = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };

/** The cluster in which the recorded agent ran, with nothing left but its Secrets. */
async function recordedCluster({ cluster: { admin, kube } }: TestFleet): Promise<Kube> {
  for (const name of ["drover-system", "shop"]) {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    await admin.create("test", { resource: namespaces, namespace: undefined, name }, namespace);
  }
  for (const secret of recorded.secrets)
    await admin.create("drover-agent", { resource: secrets, namespace: "drover-system", name: secret.metadata.name }, secret);
  return changed(kube, (under) => ({
    get: async (ref, signal) => {
      const object = await under.get(ref, signal);
      if (object?.metadata.name !== "kube-system") return object;
      return { ...object, metadata: { ...object.metadata, uid: recorded.clusterUid } };
    },
  }));
}

test("an agent that was upgraded goes on from what version 1 stored, alone", async () => {
  const kube = await recordedCluster(fleet);
  fleet.controlPlane.goOffline();
  const agent = await fleet.startAgent(kube);
  await eventually("its objects are back", () => fleet.cluster.admin.get(configMapRef("settings")));
  await eventually("all of them", () => fleet.cluster.admin.get(deploymentRef("web")));
  await eventually("Synced", () => agent.statuses()[0]?.sync === "Synced" && agent.statuses()[0]?.health === "Healthy");
  expect(agent.statuses()[0]).toMatchObject({ application: "shop", generation: 1, objects: 2 });
  expect(fleet.controlPlane.enrolments).toBe(0);
});

test("an envelope with members that nobody knows yet is obeyed in what is known", async () => {
  const agent = await fleet.startAgent(await recordedCluster(fleet));
  fleet.controlPlane.push(recorded.newerEnvelope);
  await eventually("generation 2", () => agent.statuses()[0]?.generation === 2 && agent.statuses()[0]?.sync === "Synced");
});
