import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube } from "../src/app/kube.ts";
import { assignment, configMap, configMapRef, createTestFleet, eventually, policy, reported, type TestFleet } from "./support/fleet.ts";
import { annotated, job, jobRef } from "./support/hook-objects.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const assign = (generation: number, objects: readonly JsonObject[]): void =>
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), { generation }));

const live = (name: string): Promise<unknown> => fleet.cluster.admin.get(configMapRef(name));

const withReason = (reason: string, generation: number): Promise<ApplicationStatus> =>
  eventually(reason, () => {
    const status = fleet.controlPlane.status("shop");
    return status?.reason === reason && status.generation === generation && status;
  });

const told = (kind: string): readonly (string | undefined)[] =>
  fleet.controlPlane.events.filter((event) => event.kind === kind).map(({ object }) => object);

const preSync = { "drover.dev/hook": "PreSync" };

test("hooks of each phase run once, in their order", async () => {
  const agent = await fleet.startAgent();
  const objects = [
    configMap("settings"),
    job("late", { "drover.dev/hook": "PreSync", "drover.dev/sync-wave": "5" }),
    job("early", { "drover.dev/hook": "PreSync", "drover.dev/sync-wave": "-5" }),
    job("during", { "argocd.argoproj.io/hook": "Sync" }),
    job("after", { "helm.sh/hook": "post-install,post-upgrade" }),
    job("tests", { "helm.sh/hook": "test" }),
  ];
  assign(1, objects);
  await reported(fleet, "Synced", "Healthy", 1);
  const order = ["Job.batch shop/early", "Job.batch shop/late", "Job.batch shop/during", "Job.batch shop/after"];
  await eventually("all are told", () => told("HookSucceeded").length === 4);
  expect(told("HookSucceeded")).toEqual(order);
  expect(told("HookLeftOut")).toEqual(["Job.batch shop/tests"]);
  await agent.stop();
  assign(2, objects);
  await fleet.startAgent();
  await reported(fleet, "Synced", "Healthy", 2);
  expect(told("HookSucceeded")).toEqual(order);
  assign(3, [...objects, configMap("other")]);
  await reported(fleet, "Synced", "Healthy", 3);
  await eventually("all ran again", () => told("HookSucceeded").length === 8);
});

test("no other hook begins once the application is suspended", async () => {
  const { cluster, controlPlane } = fleet;
  const bundle = controlPlane.bundle([job("first", preSync), job("second", preSync), configMap("settings")]);
  const suspendMeanwhile = (kube: Kube): Kube => ({
    ...kube,
    create: async (ref, object, signal) => {
      if (ref.name === "first") controlPlane.assign(assignment(bundle, { generation: 2, state: "suspended" }));
      const created = await kube.create(ref, object, signal);
      if (ref.name === "first") await eventually("it is suspended", () => agent.statuses()[0]?.generation === 2);
      return created;
    },
    fenced: (check) => suspendMeanwhile(kube.fenced(check)),
  });
  const agent = await fleet.startAgent(suspendMeanwhile(cluster.kube));
  controlPlane.assign(assignment(bundle, { generation: 1 }));
  await withReason("Suspended", 2);
  expect(await cluster.admin.get(jobRef("first"))).toBeDefined();
  expect(await cluster.admin.get(jobRef("second"))).toBeUndefined();
  controlPlane.assign(assignment(bundle, { generation: 3 }));
  await reported(fleet, "Synced", "Healthy", 3);
});

test("a failing hook stops the sync, says its log, and what was in force is healed", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings", { a: "1" })]);
  await reported(fleet, "Synced", "Healthy", 1);
  const tidy = job("tidy", { "drover.dev/hook": "SyncFail" });
  assign(2, [configMap("settings", { a: "2" }), configMap("new"), job("migrate", preSync, "fail"), tidy]);
  const status = await withReason("HookFailed", 2);
  expect(status).toMatchObject({ sync: "OutOfSync", health: "Degraded" });
  expect(status.message).toBe(
    'hook Job.batch shop/migrate failed: starting | applying 0042_orders.sql | ERROR: relation "orders" does not exist',
  );
  expect(status.failing[0]).toMatchObject({ kind: "Job", name: "migrate", reason: "HookFailed" });
  await eventually("the SyncFail hook ran", () => told("HookSucceeded").includes("Job.batch shop/tidy"));
  expect(await live("new")).toBeUndefined();
  await fleet.cluster.admin.delete(configMapRef("settings"));
  await eventually("it is back", async () => (await live("settings")) !== undefined);
  expect(await live("settings")).toMatchObject({ data: { a: "1" } });
  assign(3, [configMap("settings", { a: "2" }), configMap("new"), job("migrate", preSync), tidy]);
  await reported(fleet, "Synced", "Healthy", 3);
  expect(await live("settings")).toMatchObject({ data: { a: "2" } });
});

test("what was in force is healed after many bundles that failed, also by a new process", async () => {
  const first = await fleet.startAgent();
  assign(1, [configMap("settings", { a: "1" })]);
  await reported(fleet, "Synced", "Healthy", 1);
  for (const generation of [2, 3, 4, 5]) {
    assign(generation, [configMap("settings", { a: String(generation) }), job("migrate", preSync, "fail")]);
    await withReason("HookFailed", generation);
  }
  await first.stop();
  await fleet.cluster.admin.delete(configMapRef("settings"));
  await fleet.startAgent();
  await eventually("it is back", async () => (await live("settings")) !== undefined);
  expect(await live("settings")).toMatchObject({ data: { a: "1" } });
});

test("a restart in the middle of a hook waits for it and does not run it again", async () => {
  const first = await fleet.startAgent();
  assign(1, [configMap("settings"), job("migrate", preSync, "stuck")]);
  await withReason("WaitingForHook", 1);
  const before = (await fleet.cluster.admin.get(jobRef("migrate")))!;
  await first.stop();
  await fleet.startAgent();
  await eventually("it waits again", () => fleet.controlPlane.reports.at(-1)?.boot === 2 && withReason("WaitingForHook", 1));
  await complete("migrate");
  await reported(fleet, "Synced", "Healthy", 1);
  expect((await fleet.cluster.admin.get(jobRef("migrate")))!.metadata["uid"]).toBe(before.metadata["uid"]);
});

test("a refresh tries a sync again that a hook has stopped", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings"), job("migrate", preSync, "stuck")]);
  await withReason("WaitingForHook", 1);
  await end("migrate", "Failed");
  await withReason("HookFailed", 1);
  await fleet.controlPlane.ask({ kind: "refresh" });
  await withReason("WaitingForHook", 1);
  await complete("migrate");
  await reported(fleet, "Synced", "Healthy", 1);
});

test("an object that becomes a hook is replaced once and never pruned", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings"), job("migrate", {})]);
  await reported(fleet, "Synced", "Healthy", 1);
  const before = (await fleet.cluster.admin.get(jobRef("migrate")))!.metadata["uid"];
  assign(2, [configMap("settings"), job("migrate", preSync)]);
  await reported(fleet, "Synced", "Healthy", 2);
  const uid = async (): Promise<unknown> => (await fleet.cluster.admin.get(jobRef("migrate")))?.metadata["uid"];
  const after = await uid();
  expect(after).not.toBe(before);
  assign(3, [configMap("settings", { a: "2" })]);
  await reported(fleet, "Synced", "Healthy", 3);
  expect(await uid()).toBe(after);
  expect(told("Pruned")).toEqual([]);
});

test("a hook that people delete before it ends counts as failed", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings"), job("migrate", preSync, "stuck")]);
  await withReason("WaitingForHook", 1);
  await fleet.cluster.admin.delete(jobRef("migrate"));
  expect((await withReason("HookFailed", 1)).message).toBe("hook Job.batch shop/migrate failed: it was deleted before it ended");
});

test("a hook that the project does not allow stops the sync before anything is applied", async () => {
  await fleet.startAgent();
  const { controlPlane } = fleet;
  const bundle = controlPlane.bundle([configMap("settings"), job("migrate", preSync)]);
  controlPlane.assign(assignment(bundle, { syncPolicy: { ...policy, limits: { kinds: ["ConfigMap"] } } }));
  expect((await withReason("HookFailed", 1)).message).toContain("project default does not allow kind batch/Job");
  expect(await live("settings")).toBeUndefined();
  expect(await fleet.cluster.admin.get(jobRef("migrate"))).toBeUndefined();
});

test("delete policies decide what stays of a hook", async () => {
  await fleet.startAgent();
  const policy = (name: string): JsonObject =>
    job(name, { ...preSync, "drover.dev/hook-delete-policy": name === "gone" ? "HookSucceeded" : "HookFailed" });
  assign(1, [configMap("settings"), policy("gone"), policy("stays")]);
  await reported(fleet, "Synced", "Healthy", 1);
  await eventually("it is gone", async () => (await fleet.cluster.admin.get(jobRef("gone"))) === undefined);
  expect(await fleet.cluster.admin.get(jobRef("stays"))).toBeDefined();
  assign(2, [configMap("settings", { a: "2" }), policy("stays")]);
  const status = await withReason("HookFailed", 2);
  expect(status.message).toContain("an earlier sync left it");
});

test("a hook whose container cannot start says so", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings"), job("migrate", preSync, "imagepull")]);
  const cause = await eventually("the container is named", () => {
    const { message = "" } = fleet.controlPlane.status("shop") ?? {};
    return message.includes("container") && message;
  });
  expect(cause).toContain("PreSync hook Job.batch shop/migrate: container failing is in ImagePullBackOff");
});

test("a hook that an earlier sync is still deleting is waited for, whatever its delete policy", async () => {
  await fleet.startAgent();
  const once = job("migrate", { ...preSync, "drover.dev/hook-delete-policy": "HookSucceeded" });
  const held = { ...once, metadata: { ...(once["metadata"] as JsonObject), finalizers: ["example.com/hold"] } };
  assign(1, [configMap("settings"), held]);
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, [configMap("settings", { a: "2" }), once]);
  expect((await withReason("WaitingForHook", 2)).message).toContain("the one of an earlier sync is being deleted");
  await fleet.cluster.admin.merge("kubectl", jobRef("migrate"), { metadata: { finalizers: [] } });
  await reported(fleet, "Synced", "Healthy", 2);
});

test("hooks are neither healed nor pruned nor counted", async () => {
  await fleet.startAgent();
  assign(1, [configMap("settings"), annotated(configMap("note"), preSync)]);
  const status = await reported(fleet, "Synced", "Healthy", 1);
  expect(status.objects).toBe(1);
  await fleet.cluster.admin.delete(configMapRef("note"));
  assign(2, [configMap("settings"), configMap("other")]);
  await reported(fleet, "Synced", "Healthy", 2);
  expect(await live("note")).toBeUndefined();
});

test("PreDelete hooks run before the first deletion and PostDelete hooks after the last, also across a restart", async () => {
  const agent = await fleet.startAgent();
  const objects = [
    configMap("settings"),
    job("backup", { "helm.sh/hook": "pre-delete" }, "stuck"),
    job("farewell", { "drover.dev/hook": "PostDelete" }),
  ];
  assign(1, objects);
  await reported(fleet, "Synced", "Healthy", 1);
  expect(await fleet.cluster.admin.get(jobRef("backup"))).toBeUndefined();
  const { controlPlane } = fleet;
  controlPlane.assign(assignment(controlPlane.bundle(objects), { generation: 2, state: "removing", deletionPolicy: "Delete" }));
  await withReason("WaitingForHook", 2);
  await agent.stop();
  await fleet.startAgent();
  await eventually(
    "it waits again",
    () => controlPlane.reports.at(-1)?.boot === 2 && controlPlane.status("shop")?.reason === "WaitingForHook",
  );
  expect(await live("settings")).toBeDefined();
  await complete("backup");
  await withReason("Removed", 2);
  expect(told("HookSucceeded")).toEqual(["Job.batch shop/backup", "Job.batch shop/farewell"]);
  expect(await live("settings")).toBeUndefined();
  await eventually("nothing is left", async () => (await fleet.cluster.admin.get(jobRef("farewell"))) === undefined);
});

/** What its controller would say of a Job that has ended. */
const end = (name: string, type: "Complete" | "Failed"): Promise<unknown> =>
  fleet.cluster.admin.merge("kubectl", jobRef(name), { status: { conditions: [{ type, status: "True" }] } }, "status");
const complete = (name: string): Promise<unknown> => end(name, "Complete");
