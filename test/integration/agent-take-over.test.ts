import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import type { SyncPolicy } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;

beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const taking = (application: string, whenToTakeOver: SyncPolicy["whenToTakeOver"]) => ({
  application,
  syncPolicy: { ...policy, whenToTakeOver },
});
const get = async (kind: string, name: string): Promise<JsonObject> =>
  parseJson(await world.kubectl("get", kind, name, "-o", "json", "--show-managed-fields")) as JsonObject;
const versionOf = async (kind: string, name: string): Promise<unknown> => memberAt(await get(kind, name), "metadata", "resourceVersion");

/** The conflict that the application reports about its only bad object. */
const conflictOf = (application: string): Promise<string> =>
  waitUntil("the conflict is reported", () => {
    const failing = world.controlPlane.status(application)?.failing[0];
    return failing?.reason === "Conflict" ? failing.message : undefined;
  });

test("Never leaves what is there, and says who wrote it; what is not there is made", async () => {
  await world.kubectl("create", "configmap", "theirs", "--from-literal=a=1");
  const before = await versionOf("configmap", "theirs");
  world.assign([configMap("theirs"), configMap("new")], taking("never", "Never"));
  expect(await conflictOf("never")).toBe("exists already, written by kubectl-create; whenToTakeOver is Never");
  expect(await versionOf("configmap", "theirs")).toBe(before);
  expect(memberAt(await get("configmap", "new"), "data", "a")).toBe("1");
});

test("IfNoDiff leaves what has more than git, and names where; it is taken once that is gone", async () => {
  await world.kubectl("create", "configmap", "more", "--from-literal=a=1", "--from-literal=b=2");
  const before = await versionOf("configmap", "more");
  world.assign([configMap("more")], taking("if-no-diff", "IfNoDiff"));
  expect(await conflictOf("if-no-diff")).toBe("exists already, written by kubectl-create, and differs at .data.b");
  expect(await versionOf("configmap", "more")).toBe(before);

  await world.kubectl("patch", "configmap", "more", "--type=json", "-p", '[{"op":"remove","path":"/data/b"}]');
  await world.run([configMap("more")], taking("if-no-diff", "IfNoDiff"));
  expect(memberAt(await get("configmap", "more"), "metadata", "labels", "drover.dev/owner")).toMatch(/^if-no-diff\./);
});

test("a conflict names the manager that has a field, and the field", async () => {
  await world.kubectl("create", "deployment", "web", "--image=example.com/other:2", "--replicas=3");
  world.assign([deployment("web")], taking("fields", "IfNoDiff"));
  expect(await conflictOf("fields")).toContain("kubectl-create owns .spec.replicas");
});

test("Always takes what differs, and removes what its former owner had besides", async () => {
  await world.kubectl("create", "configmap", "taken", "--from-literal=a=other", "--from-literal=b=2");
  await world.run([configMap("taken")], taking("always", "Always"));
  expect((await get("configmap", "taken"))["data"]).toEqual({ a: "1" });
});

test("another application's object is never taken, though its label is gone", async () => {
  await world.run([configMap("claimed")], { ...taking("first", "Always"), project: "team-a" });
  await world.kubectl("label", "configmap", "claimed", "drover.dev/owner-");
  const second = { ...taking("second", "Always"), project: "team-b" };
  world.assign([configMap("claimed", { a: "2" })], second);
  expect(await conflictOf("second")).toMatch(/^belongs to (application first|an application of project team-a)$/);
  expect((await get("configmap", "claimed"))["data"]).toEqual({ a: "1" });
});

test("a number of replicas that git leaves out stays, whoever has set it", async () => {
  const { replicas: _replicas, ...spec } = deployment("scaled")["spec"] as JsonObject;
  const theirs = { ...deployment("scaled"), spec: { ...spec, replicas: 3 } };
  await world.cluster.kubectl(["-n", world.namespace, "apply", "-f", "-"], JSON.stringify(theirs));
  await world.run([{ ...deployment("scaled"), spec }], taking("scaled", "Always"));
  expect(memberAt(await get("deployment", "scaled"), "spec", "replicas")).toBe(3);
});

test("a finalizer that somebody has put on an object is not taken off, and is no drift", async () => {
  const finalizers = (value: string): Promise<string> =>
    world.kubectl("patch", "configmap", "guarded", "--type=merge", "-p", `{"metadata":{"finalizers":${value}},"data":{"b":"2"}}`);
  await world.kubectl("create", "configmap", "guarded", "--from-literal=a=1");
  await world.run([configMap("guarded")], taking("guarded", "Always"));
  await finalizers('["example.com/hold"]');
  await waitUntil("the rest of the edit is gone", async () => memberAt(await get("configmap", "guarded"), "data", "b") === undefined);
  expect(memberAt(await get("configmap", "guarded"), "metadata", "finalizers")).toEqual(["example.com/hold"]);
  expect(await world.settled({ application: "guarded" })).toMatchObject({ drifted: 0 });
  await world.kubectl("patch", "configmap", "guarded", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
});
