import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus, Assignment } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  assignment,
  configMap,
  configMapRef,
  createTestFleet,
  deployment,
  deploymentRef,
  eventually,
  policy,
  reported,
  type TestFleet,
} from "./support/fleet.ts";
import { annotated } from "./support/hook-objects.ts";

let fleet: TestFleet;
beforeEach(async () => {
  fleet = createTestFleet();
  await fleet.startAgent();
});
afterEach(() => fleet.stop());

const wave = (object: JsonObject, number: number): JsonObject => annotated(object, { "drover.dev/sync-wave": String(number) });
const after = (object: JsonObject, on: string): JsonObject => annotated(object, { "drover.dev/depends-on": on });
const assign = (objects: readonly JsonObject[], over: Partial<Assignment> = {}): void =>
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), over));
const live = (name: string): Promise<unknown> => fleet.cluster.admin.get(configMapRef(name));

const waiting = (reason: string, application = "shop"): Promise<ApplicationStatus> =>
  eventually(`${application} is ${reason}`, () => {
    const status = fleet.controlPlane.status(application);
    return status?.reason === reason && status;
  });

const crash = { annotations: { "drover.test/outcome": "crash" } };

test("a wave waits for the one before, and names what it waits for", async () => {
  assign([wave(deployment("web", crash), -1), wave(configMap("later"), 2)]);
  await eventually("it is Degraded", () => fleet.controlPlane.status("shop")?.health === "Degraded");
  const status = await waiting("WaitingForWave");
  expect(status.message).toContain("wave -1: Deployment.apps shop/web is Degraded");
  expect(await live("later")).toBeUndefined();
  assign([wave(deployment("web"), -1), wave(configMap("later"), 2)], { generation: 2 });
  await reported(fleet, "Synced", "Healthy", 2);
  expect(await live("later")).toBeDefined();
});

test("a wave that never gets healthy does not stop healing, not even of what later waves will change", async () => {
  assign([deployment("web"), wave(configMap("later"), 2)]);
  await reported(fleet, "Synced", "Healthy", 1);
  assign([deployment("web", crash), wave(configMap("later", { a: "2" }), 2)], { generation: 2 });
  await waiting("WaitingForWave");
  await fleet.cluster.admin.delete(configMapRef("later"));
  await eventually("it is back", async () => (await live("later")) !== undefined);
  expect(await live("later")).toMatchObject({ data: { a: "1" } });
});

test("an object waits for those it depends on; circles and missing ones are named and stop nobody else", async () => {
  assign([
    deployment("db", crash),
    after(configMap("schema"), "Deployment.apps db"),
    after(configMap("a"), "ConfigMap shop/b"),
    after(configMap("b"), "/ConfigMap/shop/a"),
    after(configMap("lost"), "Service nowhere"),
    configMap("free"),
  ]);
  const status = await eventually("both are named", () => {
    const now = fleet.controlPlane.status("shop");
    return now?.failing.length === 3 && now;
  });
  expect(status.failing).toContainEqual(
    expect.objectContaining({ name: "a", reason: "DependencyCircle", message: "ConfigMap shop/a → ConfigMap shop/b → ConfigMap shop/a" }),
  );
  expect(status.failing).toContainEqual(expect.objectContaining({ name: "lost", reason: "DependencyMissing" }));
  await eventually("the free one is there", () => live("free"));
  expect(await live("schema")).toBeUndefined();
  expect(await fleet.cluster.admin.get(deploymentRef("db"))).toBeDefined();
});

test("an application waits for another one, and goes on when that is healthy", async () => {
  const dependent = (generation: number, dependsOn: readonly string[]): Assignment =>
    assignment(fleet.controlPlane.bundle([configMap("settings")]), {
      application: "web",
      generation,
      syncPolicy: { ...policy, dependsOn: [...dependsOn] },
    });
  const database = (generation: number, outcome: JsonObject): Assignment =>
    assignment(fleet.controlPlane.bundle([deployment("db", outcome)]), { application: "db", generation });
  const { controlPlane } = fleet;
  controlPlane.assign(dependent(1, ["db"]));
  expect((await waiting("Blocked", "web")).message).toBe("it depends on application db, which is not assigned to this cluster");
  controlPlane.assign(dependent(1, ["db"]), database(1, crash));
  await eventually(
    "it says why",
    () => controlPlane.status("web")?.message === "it waits for application db, which is Synced and Degraded",
  );
  expect(await live("settings")).toBeUndefined();
  controlPlane.assign(dependent(1, ["db"]), database(2, {}));
  await eventually("web is there", () => controlPlane.status("web")?.sync === "Synced");
  controlPlane.assign(dependent(2, ["web"]), database(2, {}));
  await eventually("Synced", () => controlPlane.status("web")?.generation === 2);
});
