import { memberAt } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  assignment,
  configMap,
  configMapRef,
  counted,
  createTestFleet,
  deployment,
  eventually,
  policy,
  reported,
  type TestFleet,
} from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const settings = configMapRef("settings");

const withReason = (reason: string): ApplicationStatus | undefined => {
  const status = fleet.controlPlane.status("shop");
  return status?.reason === reason ? status : undefined;
};

test("enrols, applies what it is assigned, and reports it Synced and Healthy", async () => {
  const { controlPlane, cluster } = fleet;
  await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings"), deployment("web")])));
  const status = await reported(fleet, "Synced", "Healthy");
  expect(status).toMatchObject({ generation: 1, objects: 2, drifted: 0, failing: [] });
  const live = await cluster.admin.get(settings);
  expect(memberAt(live, "metadata", "labels", "drover.dev/owner")).toBe("shop.abcdefgh");
});

test("a new generation changes what differs and writes nothing else", async () => {
  const { controlPlane, cluster } = fleet;
  const { kube, calls } = counted(cluster.kube);
  await fleet.startAgent(kube);
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings"), configMap("other")])));
  await reported(fleet, "Synced", "Healthy", 1);
  const before = calls.get("apply") ?? 0;
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings", { a: "2" }), configMap("other")]), { generation: 2 }));
  await reported(fleet, "Synced", "Healthy", 2);
  expect(calls.get("apply")! - before).toBe(1);
  expect(memberAt(await cluster.admin.get(settings), "data", "a")).toBe("2");
});

test("a custom resource and its definition arrive in one bundle", async () => {
  const { controlPlane } = fleet;
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
  await fleet.startAgent();
  const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" }, spec: { size: 1 } };
  controlPlane.assign(assignment(controlPlane.bundle([widget, definition])));
  expect(await reported(fleet, "Synced", "Healthy")).toMatchObject({ objects: 2, failing: [] });
});

test("one object that the server refuses is named and does not stop the others", async () => {
  const { controlPlane, cluster } = fleet;
  await fleet.startAgent();
  const unknown = { apiVersion: "example.com/v1", kind: "Gadget", metadata: { name: "odd" } };
  controlPlane.assign(assignment(controlPlane.bundle([unknown, configMap("settings")])));
  const status = await eventually("the failure is reported", () => withReason("UnknownKind"));
  expect(status.failing).toEqual([expect.objectContaining({ kind: "Gadget", name: "odd", reason: "UnknownKind" })]);
  expect(await cluster.admin.get(settings)).toBeDefined();
});

test("somebody else's object that differs is left alone, and the conflict names manager and path", async () => {
  const { controlPlane, cluster } = fleet;
  await cluster.admin.create(
    "kubectl-create",
    {
      ...settings,
      resource: { ...settings.resource, kind: "Namespace", plural: "namespaces", namespaced: false },
      namespace: undefined,
      name: "shop",
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  );
  await cluster.admin.create("helm", settings, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "shop" },
    data: { a: "theirs" },
  });
  await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings"), configMap("mine")])));
  const status = await eventually("the conflict is reported", () => withReason("Conflict"));
  expect(status.failing[0]).toMatchObject({ name: "settings", reason: "Conflict", message: "helm owns .data.a" });
  expect(memberAt(await cluster.admin.get(settings), "data", "a")).toBe("theirs");
  expect(await cluster.admin.get(configMapRef("mine"))).toBeDefined();
});

test("somebody else's object that is as git says is taken over without a restart", async () => {
  const { controlPlane, cluster } = fleet;
  await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("mine")])));
  await reported(fleet, "Synced", "Healthy", 1);
  await cluster.admin.create("helm", settings, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "shop" },
    data: { a: "1" },
  });
  controlPlane.assign(assignment(controlPlane.bundle([configMap("mine"), configMap("settings")]), { generation: 2 }));
  await reported(fleet, "Synced", "Healthy", 2);
});

test("an object of another application is never taken, not even with whenToTakeOver Always", async () => {
  const { controlPlane } = fleet;
  await fleet.startAgent();
  const always = { ...policy, whenToTakeOver: "Always" as const };
  const bundle = controlPlane.bundle([configMap("settings")]);
  controlPlane.assign(assignment(bundle, { application: "first" }));
  await eventually("first has it", () => controlPlane.status("first")?.sync === "Synced");
  controlPlane.assign(assignment(bundle, { application: "first" }), assignment(bundle, { syncPolicy: always }));
  const status = await eventually("the conflict is reported", () => withReason("Conflict"));
  expect(status.failing[0]?.message).toBe("belongs to application first");
});
