import { afterEach, beforeEach, expect, test } from "vitest";
import { assignment, createTestFleet, deployment, reported, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(async () => {
  fleet = createTestFleet();
  await fleet.startAgent();
});
afterEach(() => fleet.stop());

const run = (generation: number, simulate?: string): void => {
  const over = simulate === undefined ? {} : { annotations: { "drover.test/outcome": simulate } };
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([deployment("web", over)]), { generation }));
};

test("a crashing Deployment is Degraded, with container and reason, and recovers with the next generation", async () => {
  run(1, "crash");
  const status = await reported(fleet, "Synced", "Degraded", 1);
  expect(status.failing[0]).toMatchObject({ group: "apps", kind: "Deployment", name: "web", container: "app", reason: "CrashLoopBackOff" });
  expect(status.lastDegradedAt).toBeDefined();
  run(2);
  const recovered = await reported(fleet, "Synced", "Healthy", 2);
  expect(recovered.failing).toEqual([]);
  expect(recovered.lastDegradedAt).toBeUndefined();
});
