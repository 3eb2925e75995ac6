import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { annotated, job } from "../../agent/test/support/hook-objects.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
/** Each test has an application of its own. */
let application: string;
let tests = 0;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
beforeEach(() => {
  application = `shop-${(tests += 1)}`;
});
afterAll(() => world?.dispose());

const run = (objects: readonly JsonObject[]): Promise<ApplicationStatus> => world.run(objects, { application });
const assign = (objects: readonly JsonObject[]): number => world.assign(objects, { application });
const isThere = async (name: string): Promise<boolean> => (await world.kubectl("get", name, "--ignore-not-found", "-o", "name")) !== "";

const withReason = (reason: string): Promise<ApplicationStatus> =>
  waitUntil(reason, () => {
    const status = world.controlPlane.status(application);
    if (status?.reason !== reason) throw new Error(JSON.stringify(status));
    return status;
  });

/** Names of the hooks that succeeded, in order. */
const succeeded = (): readonly (string | undefined)[] =>
  world.controlPlane.events
    .filter((event) => event.kind === "HookSucceeded" && event.application === application)
    .map(({ object }) => object?.split("/").at(-1));

test("each phase runs its hooks once a sync, Argo's and Helm's among them, in the order of their waves and weights", async () => {
  const objects = [
    deployment("web-1"),
    job("p2", { "drover.dev/hook": "PreSync", "drover.dev/sync-wave": "2" }),
    job("p1", { "helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": "-3" }),
    job("s", { "argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/sync-wave": "-1" }),
    job("last", { "argocd.argoproj.io/hook": "PostSync" }),
    job("never", { "argocd.argoproj.io/hook": "SyncFail" }),
    job("skipped", { "argocd.argoproj.io/hook": "Skip" }),
    job("tests", { "helm.sh/hook": "test" }),
  ];
  await run(objects);
  await waitUntil("the last one is told", () => succeeded().includes("last"));
  expect(succeeded()).toEqual(["p1", "p2", "s", "last"]);
  expect(await isThere("job/skipped")).toBe(false);
  expect(await isThere("job/tests")).toBe(false);
  await run(objects); // a new generation of the same bundle
  expect(succeeded()).toHaveLength(4);
  await run([...objects, configMap("more-1")]);
  await waitUntil("all of them ran again", () => succeeded().length === 8);
});

test("a failing hook stops the sync with the last lines of its log, runs SyncFail hooks, and leaves what was in force healed", async () => {
  await run([configMap("in-force", { a: "1" })]);
  const tidy = job("tidy", { "drover.dev/hook": "SyncFail" });
  const migrate = { "drover.dev/hook": "PreSync" };
  const next = [configMap("in-force", { a: "2" }), configMap("new"), tidy];
  assign([...next, job("migrate", migrate, "fail")]);
  const status = await withReason("HookFailed");
  expect(status).toMatchObject({ sync: "OutOfSync", health: "Degraded" });
  expect(status.message).toBe(
    `hook Job.batch ${world.namespace}/migrate failed: starting | applying 0042_orders.sql | ERROR: relation "orders" does not exist`,
  );
  expect(status.failing[0]).toMatchObject({ group: "batch", kind: "Job", name: "migrate", reason: "HookFailed" });
  await waitUntil("the SyncFail hook ran", () => succeeded().includes("tidy"));
  expect(await isThere("configmap/new")).toBe(false);
  await world.kubectl("delete", "configmap", "in-force");
  await waitUntil("it is back", () => isThere("configmap/in-force"));
  expect(await world.kubectl("get", "configmap", "in-force", "-o", "jsonpath={.data.a}")).toBe("1");
  await run([...next, job("migrate", migrate)]);
  expect(await world.kubectl("get", "configmap", "in-force", "-o", "jsonpath={.data.a}")).toBe("2");
});

test("the same bundle that failed is tried again with the next generation", async () => {
  const objects = [configMap("settings-3"), job("flaky", { "drover.dev/hook": "PreSync" }, "fail")];
  assign(objects);
  await withReason("HookFailed");
  const uid = (): Promise<string> => world.kubectl("get", "job", "flaky", "--ignore-not-found", "-o", "jsonpath={.metadata.uid}");
  const first = await uid();
  assign(objects);
  await waitUntil("it runs again", async () => !["", first].includes(await uid()));
  await withReason("HookFailed");
});

test("a failing PostSync hook keeps what left git", async () => {
  await run([configMap("stays-4"), configMap("goes-4")]);
  assign([configMap("stays-4"), job("check", { "drover.dev/hook": "PostSync" }, "fail")]);
  await withReason("HookFailed");
  expect(await isThere("configmap/goes-4")).toBe(true);
  await run([configMap("stays-4")]);
  await waitUntil("it goes", async () => !(await isThere("configmap/goes-4")));
});

test("PostSync hooks wait until everything is healthy", async () => {
  const check = job("smoke", { "drover.dev/hook": "PostSync" });
  assign([deployment("slow", { annotations: { "drover.test/outcome": "stuck" } }), check]);
  expect((await withReason("WaitingForHealth")).message).toContain(`before PostSync hooks: Deployment.apps ${world.namespace}/slow`);
  expect(await isThere("job/smoke")).toBe(false);
  await run([deployment("slow"), check]);
  await waitUntil("it ran", () => isThere("job/smoke"));
});

test("a hook whose container cannot start says which and why", async () => {
  assign([configMap("settings-6"), job("pulls", { "drover.dev/hook": "PreSync" }, "imagepull")]);
  const cause = await waitUntil("the container is named", () => {
    const { message = "" } = world.controlPlane.status(application) ?? {};
    if (message.includes("container")) return message;
    throw new Error(message);
  });
  expect(cause).toContain(`PreSync hook Job.batch ${world.namespace}/pulls: container failing is in ImagePullBackOff`);
  await run([configMap("settings-6")]);
});

test("delete policies say what stays", async () => {
  const hook = (name: string, policy: string, outcome?: "fail"): JsonObject =>
    job(name, { "drover.dev/hook": "PreSync", "drover.dev/hook-delete-policy": policy }, outcome);
  await run([hook("d-succeeded", "HookSucceeded"), hook("d-failed", "HookFailed"), hook("d-before", "BeforeHookCreation")]);
  await waitUntil("it is deleted", async () => !(await isThere("job/d-succeeded")));
  expect(await isThere("job/d-failed")).toBe(true);
  const before = await world.kubectl("get", "job", "d-before", "-o", "jsonpath={.metadata.uid}");
  await run([hook("d-before", "BeforeHookCreation"), configMap("more-6")]);
  expect(await world.kubectl("get", "job", "d-before", "-o", "jsonpath={.metadata.uid}")).not.toBe(before);
  assign([hook("d-failed", "HookFailed"), configMap("more-6")]);
  expect((await withReason("HookFailed")).message).toContain("an earlier sync left it and its delete policy keeps it");
  assign([hook("d-fails", "HookFailed", "fail"), configMap("more-6")]);
  await waitUntil("the failed one is deleted", async () => !(await isThere("job/d-fails")));
  expect((await withReason("HookFailed")).message).toContain("does not exist");
});

test("hooks may be of any kind, are made in the order of their kinds, and are nobody's to heal or prune", async () => {
  const hook = { "drover.dev/hook": "PreSync" };
  const unnamed = { ...job("x", {}), metadata: { generateName: "unnamed-", annotations: hook } };
  const status = await run([configMap("settings-7"), annotated(configMap("note"), hook), unnamed]);
  expect(status.objects).toBe(1);
  expect(succeeded()).toEqual(["note", expect.stringMatching(/^unnamed-[0-9a-f]{8}$/)]);
  await world.kubectl("delete", "configmap", "note");
  await run([configMap("settings-7"), configMap("more-7")]);
  expect(await isThere("configmap/note")).toBe(false);
  expect(await isThere(`job/${succeeded()[1]}`)).toBe(true);
});

test("an application that goes runs PreDelete hooks first and PostDelete hooks last", async () => {
  const objects = [
    configMap("settings-8"),
    job("backup", { "helm.sh/hook": "pre-delete" }, "fail"),
    job("farewell", { "argocd.argoproj.io/hook": "PostDelete" }),
  ];
  await run(objects);
  const removing = { application, state: "removing", deletionPolicy: "Delete" } as const;
  world.assign(objects, removing);
  const status = await withReason("HookFailed");
  expect(status.failing[0]).toMatchObject({ name: "backup", reason: "HookFailed" });
  expect(await isThere("configmap/settings-8")).toBe(true);
  assign([objects[0]!, job("backup", { "helm.sh/hook": "pre-delete" }), objects[2]!]);
  await world.settled({ application });
  world.assign([objects[0]!, job("backup", { "helm.sh/hook": "pre-delete" }), objects[2]!], removing);
  await withReason("Removed");
  expect(succeeded()).toEqual(["backup", "farewell"]);
  expect(await isThere("configmap/settings-8")).toBe(false);
  await waitUntil("nothing is left", async () => (await world.kubectl("get", "job/backup", "job/farewell", "--ignore-not-found")) === "");
});
