import { afterEach, beforeEach, expect, test } from "vitest";
import { assignment, configMap, configMapRef, createTestFleet, deployment, eventually, reported, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const numbered = (count: number): readonly ReturnType<typeof configMap>[] => Array.from({ length: count }, (_, i) => configMap(`c${i}`));

const assign = (generation: number, objects: readonly ReturnType<typeof configMap>[]): void =>
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), { generation }));

const live = (name: string): Promise<unknown> => fleet.cluster.admin.get(configMapRef(name));

test("what left git is deleted once the rest is healthy, and nothing else", async () => {
  await fleet.startAgent();
  assign(1, [configMap("stays"), configMap("goes")]);
  await reported(fleet, "Synced", "Healthy", 1);
  await fleet.cluster.admin.create("kubectl-create", configMapRef("foreign"), configMap("foreign") as never);
  assign(2, [configMap("stays")]);
  await reported(fleet, "Synced", "Healthy", 2);
  await eventually("goes is gone", async () => (await live("goes")) === undefined);
  expect(await live("stays")).toBeDefined();
  expect(await live("foreign")).toBeDefined();
  await eventually("the prune is told", () =>
    fleet.controlPlane.events.find(({ kind, object }) => kind === "Pruned" && object === "ConfigMap shop/goes"),
  );
});

test("nothing is deleted while the new version is not healthy", async () => {
  await fleet.startAgent();
  assign(1, [configMap("goes")]);
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, [deployment("web", { annotations: { "drover.test/outcome": "crash" } })]);
  await reported(fleet, "OutOfSync", "Degraded", 2);
  expect(await live("goes")).toBeDefined();
  assign(3, [deployment("web")]);
  await reported(fleet, "Synced", "Healthy", 3);
  await eventually("goes is gone", async () => (await live("goes")) === undefined);
});

test("an empty bundle is held and deletes nothing", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings")]);
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, []);
  const status = await eventually("held", () =>
    fleet.controlPlane.reports.at(-1)?.applications.find(({ reason }) => reason === "PruneHeld"),
  );
  expect(status).toMatchObject({ sync: "OutOfSync", message: "the bundle is empty: 1 objects would be deleted" });
  expect(await live("settings")).toBeDefined();
});

test("a mass prune is held and deletes nothing", async () => {
  await fleet.startAgent();
  assign(1, numbered(60));
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, numbered(30));
  const status = await eventually("held", () =>
    fleet.controlPlane.reports.at(-1)?.applications.find(({ reason }) => reason === "PruneHeld"),
  );
  expect(status.message).toBe("30 of 60 objects would be deleted at once");
  expect(await live("c59")).toBeDefined();
});

test("an object that was deleted and made again by somebody else is not deleted", async () => {
  const agent = await fleet.startAgent();
  assign(1, [configMap("stays"), configMap("goes")]);
  await reported(fleet, "Synced", "Healthy", 1);
  await agent.stop();
  await fleet.cluster.admin.delete(configMapRef("goes"));
  await fleet.cluster.admin.create("kubectl-create", configMapRef("goes"), configMap("goes", { a: "theirs" }) as never);
  assign(2, [configMap("stays")]);
  await fleet.startAgent();
  await reported(fleet, "Synced", "Healthy", 2);
  expect(await live("goes")).toBeDefined();
});
