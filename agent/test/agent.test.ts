import { memberAt } from "@drover/kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assignment, configMap, configMapRef, createTestFleet, deployment, eventually, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const reported = (application: string, sync: string, health: string): Promise<unknown> =>
  eventually(`${application} reported ${sync} ${health}; last ${JSON.stringify(fleet.controlPlane.status(application))}`, () => {
    const status = fleet.controlPlane.status(application);
    return status?.sync === sync && status.health === health ? status : undefined;
  });

test("enrols, applies what it is assigned, and reports it Synced and Healthy", async () => {
  await fleet.startAgent();
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([configMap("settings"), deployment("web")])));
  await reported("shop", "Synced", "Healthy");
  const live = await fleet.cluster.admin.get(configMapRef("settings"));
  expect(memberAt(live, "metadata", "labels", "drover.dev/owner")).toBe("shop.abcdefgh");
});
