import { memberAt } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube, Resource } from "../src/app/kube.ts";
import {
  assignment,
  configMap,
  configMapRef,
  createTestFleet,
  deployment,
  deploymentRef,
  eventually,
  reported,
  type TestFleet,
} from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const secrets: Resource = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
const settings = configMapRef("settings");
const objects = [configMap("settings"), deployment("web")];
const assign = (over: Partial<Assignment>): void =>
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), { generation: 2, state: "removing", ...over }));
const removed = (): Promise<unknown> => eventually("Removed", () => fleet.controlPlane.status("shop")?.reason === "Removed");
const stateSecrets = async (): Promise<readonly string[]> =>
  (await fleet.cluster.admin.list(secrets, { namespace: "drover-system" }))
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.includes("shop"));

async function running(): Promise<void> {
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects)));
  await reported(fleet, "Synced", "Healthy", 1);
}

test("by default its objects stay, as nobody's, and the agent forgets them", async () => {
  await fleet.startAgent();
  await running();
  assign({});
  await removed();
  expect(fleet.controlPlane.status("shop")).toMatchObject({ sync: "Synced", health: "Healthy", objects: 0 });
  const left = await fleet.cluster.admin.get(settings);
  expect(memberAt(left, "data", "a")).toBe("1");
  expect(memberAt(left, "metadata", "labels", "drover.dev/owner")).toBeUndefined();
  expect(JSON.stringify(memberAt(left, "metadata", "managedFields") ?? null)).not.toContain("drover/");
  expect(await stateSecrets()).toEqual([]);
  fleet.controlPlane.assign();
  await eventually("it is reported no more", () => fleet.controlPlane.reports.at(-1)?.applications.length === 0);
});

test("Delete deletes them, and keeps what says so as nobody's", async () => {
  await fleet.startAgent();
  const kept = { ...configMap("kept"), metadata: { name: "kept", annotations: { "drover.dev/delete": "disabled" } } };
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([...objects, kept])));
  await reported(fleet, "Synced", "Healthy", 1);
  assign({ deletionPolicy: "Delete" });
  await removed();
  expect(await fleet.cluster.admin.get(settings)).toBeUndefined();
  expect(await fleet.cluster.admin.get(deploymentRef("web"))).toBeUndefined();
  const left = await fleet.cluster.admin.get(configMapRef("kept"));
  expect(left).toBeDefined();
  expect(memberAt(left, "metadata", "labels", "drover.dev/owner")).toBeUndefined();
});

test.each(["delete", "replace"] as const)("cut off at any %s, it is done by the next start", async (verb) => {
  const { cluster } = fleet;
  let cut = false;
  const failing: Kube = new Proxy(cluster.kube, {
    get: (target, name, receiver) => {
      if (name === "as" || name === "fenced") return () => failing;
      // Its own memory stays.
      if (name === verb && cut)
        return (...call: Parameters<Kube["replace"]>) =>
          call[0].namespace === "shop" ? Promise.reject(new Error("cut")) : (target[verb] as Kube["replace"])(...call);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const agent = await fleet.startAgent(failing);
  await running();
  cut = true;
  assign({ deletionPolicy: verb === "delete" ? "Delete" : "Orphan" });
  await eventually(
    "it cannot go on",
    () => fleet.controlPlane.status("shop")?.reason !== "Applying" && fleet.controlPlane.status("shop")?.generation === 2,
  );
  await agent.stop();
  await fleet.startAgent();
  await removed();
  expect(await stateSecrets()).toEqual([]);
});

test("a removal that is taken back puts everything in place again", async () => {
  await fleet.startAgent();
  await running();
  assign({ deletionPolicy: "Delete" });
  await removed();
  assign({ state: "active", generation: 3 });
  await reported(fleet, "Synced", "Healthy", 3);
  expect(await fleet.cluster.admin.get(settings)).toBeDefined();
});
