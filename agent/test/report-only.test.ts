import { memberAt } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assignment, configMap, configMapRef, createTestFleet, eventually, policy, reported, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const reportOnly = { ...policy, mode: "Report" as const };
const dataOf = async (name: string): Promise<unknown> => memberAt(await fleet.cluster.admin.get(configMapRef(name)), "data", "a");

/** What the next status of this generation says about the sync, once it has been compared. */
const told = (generation: number): Promise<ApplicationStatus> =>
  eventually("it is compared", () => {
    const status = fleet.controlPlane.status("shop");
    return status?.generation === generation && status.reason !== "Applying" ? status : undefined;
  });

test("an application that only reports is not healed, not changed and not pruned, and goes on when it may", async () => {
  const { cluster, controlPlane } = fleet;
  await fleet.startAgent();
  const first = controlPlane.bundle([configMap("edited"), configMap("gone"), configMap("same")]);
  controlPlane.assign(assignment(first));
  await reported(fleet, "Synced", "Healthy", 1);

  controlPlane.assign(assignment(first, { generation: 2, syncPolicy: reportOnly }));
  expect(await told(2)).toMatchObject({ sync: "Synced", health: "Healthy" });
  await cluster.admin.merge("kubectl-edit", configMapRef("edited"), { data: { a: "theirs" } });

  const second = controlPlane.bundle([configMap("edited"), configMap("same"), configMap("new")]);
  controlPlane.assign(assignment(second, { generation: 3, syncPolicy: reportOnly }));
  expect(await told(3)).toMatchObject({
    sync: "OutOfSync",
    reason: "ReportOnly",
    message: "1 to create, 1 to change, 1 to delete; nothing is written",
  });
  expect([await dataOf("edited"), await dataOf("gone"), await dataOf("new")]).toEqual(["theirs", "1", undefined]);

  controlPlane.assign(assignment(second, { generation: 4 }));
  await reported(fleet, "Synced", "Healthy", 4);
  await eventually("what left git is gone", async () => (await dataOf("gone")) === undefined);
  expect([await dataOf("edited"), await dataOf("new")]).toEqual(["1", "1"]);
});

test("a namespace that is still to be made is no obstacle to a comparison", async () => {
  const { cluster, controlPlane } = fleet;
  await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("new")]), { syncPolicy: reportOnly }));
  expect(await told(1)).toMatchObject({ health: "Missing", message: "1 to create; nothing is written" });
  const { resource } = configMapRef("new");
  const namespaces = { ...resource, kind: "Namespace", plural: "namespaces", namespaced: false };
  expect(await cluster.admin.get({ resource: namespaces, namespace: undefined, name: "shop" })).toBeUndefined();
});
