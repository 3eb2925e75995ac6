import { type JsonObject, memberAt } from "@drover/kit";
import type { IgnoreDifference } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { healedAfter, ownFields, policyWith, read, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const patch = (object: string, body: unknown, ...more: readonly string[]): Promise<string> =>
  world.kubectl("patch", object, "-p", JSON.stringify(body), ...more);
const run = (application: string, objects: readonly JsonObject[], ...ignoreDifferences: IgnoreDifference[]): Promise<unknown> =>
  world.run(objects, { application, ...policyWith({ ignoreDifferences }) });
const dataOf = async (name: string): Promise<unknown> => (await read(world, "configmap", name))["data"];
const eventsOf = (application: string): readonly string[] =>
  world.controlPlane.events.filter((event) => event.application === application).map(({ kind, message }) => `${kind}: ${message}`);

/** An edit beside what is ignored, healed, tells that everything before it has been seen and judged. */
const provoke = (name: string): Promise<unknown> =>
  healedAfter(world, { kind: "configmap", name }, () => patch(`configmap/${name}`, { data: { b: "x" } }));

test.concurrent("a JSON pointer: the field is neither sent nor compared, nor an addition", async () => {
  await run("pointer", [configMap("pointed", { a: "1", b: "1" })], { kind: "ConfigMap", jsonPointers: ["/data/a"] });
  expect(await dataOf("pointed")).toEqual({ b: "1" });
  await patch("configmap/pointed", { data: { a: "theirs" } });
  await provoke("pointed");
  expect(await dataOf("pointed")).toEqual({ a: "theirs", b: "1" });
  expect(eventsOf("pointer")).toHaveLength(1);
});

test.concurrent("a JSONPath: list items by a condition", async () => {
  const object = deployment("proxied");
  const template = memberAt(object, "spec", "template") as JsonObject;
  const containers = [
    { name: "app", image: "example.com/app:1" },
    { name: "proxy", image: "example.com/proxy:1" },
  ];
  const both = { ...object, spec: { ...(object["spec"] as JsonObject), template: { ...template, spec: { containers } } } };
  await run("path", [both], {
    group: "apps",
    kind: "Deployment",
    jsonPaths: ["$.spec.template.spec.containers[?@.name == 'proxy']"],
  });
  const names = async (): Promise<unknown> => {
    const live = memberAt(await read(world, "deployment", "proxied"), "spec", "template", "spec", "containers") as JsonObject[];
    return live.map(({ name, image }) => `${name as string} ${image as string}`);
  };
  expect(await names()).toEqual(["app example.com/app:1"]);
  // Somebody else's injection stays; what is ours beside it is put right.
  await patch("deployment/proxied", { spec: { template: { spec: { containers: [{ name: "proxy", image: "example.com/proxy:9" }] } } } });
  await world.kubectl("set", "image", "deployment/proxied", "app=example.com/app:2");
  await told(world, "DriftHealed", "proxied");
  expect(String(await names())).toBe("proxy example.com/proxy:9,app example.com/app:1");
  expect(eventsOf("path")).toHaveLength(1);
});

test.concurrent("a field manager: what it takes over is left to it", async () => {
  const managers = ["operator"];
  await run("manager", [configMap("managed", { a: "1", b: "1" })], { managers });
  expect(await dataOf("managed")).toEqual({ a: "1", b: "1" }); // nobody holds it yet, so it begins as git says
  await patch("configmap/managed", { data: { a: "theirs" } }, "--field-manager=operator");
  await provoke("managed");
  expect(await dataOf("managed")).toEqual({ a: "theirs", b: "1" });
  // Git may change the object; what is the operator's stays so.
  await run("manager", [configMap("managed", { a: "2", b: "2" })], { managers });
  expect(await dataOf("managed")).toEqual({ a: "theirs", b: "2" });
  expect(JSON.stringify(ownFields(await read(world, "configmap", "managed")))).not.toContain('"f:a"');
});

test.concurrent("a field manager: what it holds of an object that is taken over", async () => {
  const theirs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "met" }, data: { a: "theirs" } };
  const apply = ["-n", world.namespace, "apply", "--server-side", "--field-manager=operator", "-f", "-"];
  await world.cluster.kubectl(apply, JSON.stringify(theirs));
  const over = policyWith({ whenToTakeOver: "Always", ignoreDifferences: [{ managers: ["operator"] }] });
  await world.run([configMap("met", { a: "1", b: "1" })], { application: "met", ...over });
  expect(await dataOf("met")).toEqual({ a: "theirs", b: "1" });
  expect(eventsOf("met")).toEqual([]);
});

test("what is left to others stays so across a restart", async () => {
  const quiet = await agentWorld();
  const agent = await quiet.startAgent();
  const ignoreDifferences = [{ managers: ["operator"] }, { jsonPointers: ["/data/c"] }];
  await quiet.run([configMap("kept", { a: "1", b: "1", c: "1" })], policyWith({ ignoreDifferences }));
  await quiet.kubectl("patch", "configmap", "kept", "--field-manager=operator", "-p", '{"data":{"a":"theirs"}}');
  await agent.stop();
  await quiet.kubectl("patch", "configmap", "kept", "--field-manager=operator", "-p", '{"data":{"a":"theirs again"}}');
  await quiet.kubectl("patch", "configmap", "kept", "-p", '{"data":{"b":"2","c":"mine"}}');
  await quiet.startAgent();
  const healed = await told(quiet, "DriftHealed", "kept");
  expect(healed.drift?.fields).toEqual([".data.b"]);
  expect((await read(quiet, "configmap", "kept"))["data"]).toEqual({ a: "theirs again", b: "1", c: "mine" });
});

test.concurrent("a rule for other objects is none for this one", async () => {
  await run("other", [configMap("chosen"), configMap("unchosen")], { name: "chosen", jsonPointers: ["/data/a"] });
  await healedAfter(world, { kind: "configmap", name: "unchosen" }, () => patch("configmap/unchosen", { data: { a: "2" } }));
  expect(await dataOf("unchosen")).toEqual({ a: "1" });
});

test.concurrent("ignored from now on: the value stays as it is", async () => {
  await run("later", [configMap("later", { a: "1", b: "1" })]);
  await run("later", [configMap("later", { a: "2", b: "2" })], { jsonPointers: ["/data/a"] });
  expect(await dataOf("later")).toEqual({ a: "1", b: "2" });
  await run("later", [configMap("later", { a: "2", b: "2" })]);
  expect(await dataOf("later")).toEqual({ a: "2", b: "2" });
  expect(eventsOf("later")).toEqual([]);
});

test.concurrent("replicas that are ignored are not reset", async () => {
  const ignore: IgnoreDifference = { group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"] };
  await run("replicas", [deployment("free")]);
  await run("replicas", [deployment("free")], ignore);
  const replicas = async (): Promise<unknown> => memberAt(await read(world, "deployment", "free"), "spec", "replicas");
  expect(await replicas()).toBe(2);
  await world.kubectl("scale", "deployment/free", "--replicas=3");
  await healedAfter(world, { kind: "deployment", name: "free" }, () =>
    world.kubectl("set", "image", "deployment/free", "app=example.com/app:2"),
  );
  expect(await replicas()).toBe(3);
});

test.concurrent("a list that Kubernetes takes as one value is ignored whole", async () => {
  const role: JsonObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "atomic" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  };
  await run("atomic", [role], { kind: "Role", jsonPointers: ["/rules"] });
  const rules = [{ apiGroups: [""], resources: ["services"], verbs: ["get"] }];
  await world.kubectl("patch", "role", "atomic", "--type=merge", "-p", JSON.stringify({ rules }));
  await healedAfter(world, { kind: "role", name: "atomic" }, () => world.kubectl("label", "role", "atomic", "mine=1"));
  expect((await read(world, "role", "atomic"))["rules"]).toEqual(rules);
});

test.concurrent("a field that the object needs: the server says which", async () => {
  world.assign([deployment("imageless")], {
    application: "needed",
    ...policyWith({ ignoreDifferences: [{ kind: "Deployment", jsonPointers: ["/spec/template/spec/containers/0/image"] }] }),
  });
  const status = await world.settled({ application: "needed", sync: "OutOfSync", health: "Missing" });
  expect(status.failing[0]).toMatchObject({ name: "imageless", reason: "Invalid" });
  expect(status.failing[0]?.message).toContain("image");
});

test.concurrent("an expression that cannot be read stops the application with its text, and what runs stays", async () => {
  await run("unreadable", [configMap("readable")]);
  world.assign([configMap("readable", { a: "2" })], {
    application: "unreadable",
    ...policyWith({ ignoreDifferences: [{ jsonPaths: ["$..a..b"] }] }),
  });
  await waitUntil("it says which", () => world.controlPlane.status("unreadable")?.message?.includes("$..a..b"));
  expect(world.controlPlane.status("unreadable")).toMatchObject({ sync: "OutOfSync", reason: "IgnoreInvalid" });
  expect(await dataOf("readable")).toEqual({ a: "1" });
});
