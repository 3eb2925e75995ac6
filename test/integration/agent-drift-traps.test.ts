import { setTimeout as delay } from "node:timers/promises";
import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld, createAgentWorld, type TestAgent } from "../support/agent-on-kubernetes.ts";
import { contentOf, healedAfter, ownFields, policyWith, read, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

// Each trap was met on a real API server by an earlier way of finding and healing drift.

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const kubectl = (...args: readonly string[]): Promise<string> => world.kubectl(...args);
const patch = (object: string, body: unknown, ...more: readonly string[]): Promise<string> =>
  kubectl("patch", object, "-p", JSON.stringify(body), ...more);
const jsonPatch = (object: string, ...operations: readonly unknown[]): Promise<string> => patch(object, operations, "--type=json");
const create = (within: AgentWorld, object: JsonObject): Promise<string> =>
  within.cluster.kubectl(["-n", within.namespace, "create", "-f", "-"], JSON.stringify(object));

const driftOf = (within: AgentWorld, application: string): readonly string[] =>
  within.controlPlane.events.filter((event) => event.application === application).map(({ kind, message }) => `${kind}: ${message}`);

const service = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: "http", port: 80 }] },
});

const withPodSpec = (name: string, spec: JsonObject): JsonObject => {
  const object = deployment(name);
  const template = memberAt(object, "spec", "template") as JsonObject;
  const changed = { ...template, spec: { ...(template["spec"] as JsonObject), ...spec } };
  return { ...object, spec: { ...(object["spec"] as JsonObject), template: changed } };
};

test.concurrent("trap 1: the watch tells of our own write before the server answers it", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `echo-${index}`);
  for (const value of ["1", "2", "3"])
    await world.run(
      names.map((name) => configMap(name, { a: value })),
      { application: "echo" },
    );
  expect(driftOf(world, "echo")).toEqual([]);
});

test.concurrent("trap 2: stringData of a Secret becomes its data", async () => {
  const secret = (data: JsonObject): JsonObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "written" }, stringData: data });
  await world.run([secret({ user: "u", password: "p" })], { application: "string-data" });
  const episode = await healedAfter(world, { kind: "secret", name: "written" }, () =>
    patch("secret/written", { stringData: { user: "x" } }),
  );
  expect(episode.fields).toEqual([".data.user"]);
  await world.run([secret({ user: "u" })], { application: "string-data" });
  expect(Object.keys((await read(world, "secret", "written"))["data"] as JsonObject)).toEqual(["user"]);
});

test.concurrent("trap 3: a renamed list item stands beside ours, and both together are refused", async () => {
  await world.run([service("renamed-port"), deployment("renamed-container")], { application: "renamed" });
  const episode = await healedAfter(world, { kind: "service", name: "renamed-port" }, () =>
    jsonPatch("service/renamed-port", { op: "replace", path: "/spec/ports/0/port", value: 81 }),
  );
  expect(episode.fields).toEqual(['.spec.ports[port=80,protocol="TCP"]']);
  await healedAfter(world, { kind: "deployment", name: "renamed-container" }, () =>
    jsonPatch("deployment/renamed-container", { op: "replace", path: "/spec/template/spec/containers/0/name", value: "other" }),
  );
});

test.concurrent("trap 4: an applied {} that somebody filled", async () => {
  const scratch = (name: string): JsonObject => withPodSpec(name, { volumes: [{ name: "scratch", emptyDir: {} }] });
  await world.run([scratch("filled"), scratch("filled-by-operator")], { application: "empty" });
  const filled = { spec: { template: { spec: { volumes: [{ name: "scratch", emptyDir: { sizeLimit: "1Gi" } }] } } } };
  await healedAfter(world, { kind: "deployment", name: "filled" }, () => patch("deployment/filled", filled));
  await patch("deployment/filled-by-operator", filled, "--field-manager=operator");
  await told(world, "DriftHealed", "filled-by-operator");
  // What a controller put there is not taken away, and it is no reason to apply for ever.
  await world.settled({ application: "empty" });
  expect(driftOf(world, "empty")).toHaveLength(2);
});

test("trap 5: edited and put back, the value is right and no longer ours", async () => {
  const quiet = await agentWorld();
  const agent = await quiet.startAgent();
  await quiet.run([configMap("back", { a: "1", b: "1" })]);
  const owned = ownFields(await read(quiet, "configmap", "back"));
  await agent.stop();
  for (const a of ["2", "1"]) await quiet.kubectl("patch", "configmap/back", "-p", JSON.stringify({ data: { a } }));
  expect(ownFields(await read(quiet, "configmap", "back"))).not.toEqual(owned);
  await quiet.startAgent();
  expect((await told(quiet, "DriftHealed", "back")).drift).toMatchObject({
    change: "Disowned",
    fields: [".data.a"],
    actor: "kubectl-patch",
  });
  await quiet.run([configMap("back", { b: "1" })]);
  expect((await read(quiet, "configmap", "back"))["data"]).toEqual({ b: "1" });
});

test.concurrent("trap 6: cleared managedFields", async () => {
  const claim: JsonObject = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "cleared" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  const kinds = ["configmap", "deployment", "service", "pvc"];
  await world.run([configMap("cleared"), deployment("cleared"), service("cleared")], { application: "cleared" });
  world.assign([claim], { application: "cleared-claim" });
  await world.settled({ application: "cleared-claim", health: "Progressing" });
  for (const kind of kinds) {
    const before = await read(world, kind, "cleared");
    await jsonPatch(`${kind}/cleared`, { op: "replace", path: "/metadata/managedFields", value: [{}] });
    await waitUntil(`${kind} is ours as before`, async () => {
      const now = await read(world, kind, "cleared");
      expect(contentOf(now)).toEqual(contentOf(before));
      expect(ownFields(now)).toEqual(ownFields(before));
      expect(JSON.stringify(memberAt(now, "metadata", "managedFields"))).not.toContain("before-first-apply");
      return true;
    });
  }
});

test.concurrent("trap 7: what is applied to a dying object is lost with it", async () => {
  const held = { ...configMap("dying"), metadata: { name: "dying", finalizers: ["example.com/hold"] } };
  await world.run([held, configMap("living")], { application: "dying" });
  const before = await read(world, "configmap", "dying");
  await kubectl("delete", "configmap", "dying", "--wait=false");
  await jsonPatch("configmap/dying", { op: "replace", path: "/data/a", value: "2" });
  await healedAfter(world, { kind: "configmap", name: "living" }, () => patch("configmap/living", { data: { a: "2" } }));
  expect((await read(world, "configmap", "dying"))["data"]).toEqual({ a: "2" });
  await jsonPatch("configmap/dying", { op: "remove", path: "/metadata/finalizers" });
  await waitUntil("another has its place", async () => {
    const now = await read(world, "configmap", "dying");
    return memberAt(now, "metadata", "uid") !== memberAt(before, "metadata", "uid") && contentOf(now);
  });
  expect(contentOf(await read(world, "configmap", "dying"))).toEqual(contentOf(before));
  await patch("configmap/dying", { metadata: { finalizers: null } }); // or nobody could delete the namespace
});

test("trap 8: deleted and made again by another", async () => {
  const quiet = await agentWorld();
  const agent = await quiet.startAgent();
  await quiet.run([configMap("again")]);
  const before = await read(quiet, "configmap", "again");
  await agent.stop();
  await quiet.kubectl("delete", "configmap", "again");
  await create(quiet, { ...contentOf(before), data: { a: "1", b: "2" } });
  await quiet.startAgent();
  expect((await told(quiet, "DriftHealed", "again")).drift).toMatchObject({ change: "Recreated", actor: "kubectl-create" });
  expect((await read(quiet, "configmap", "again"))["data"]).toEqual({ a: "1" });
});

test("trap 9: a Job that its time to live removed is not run again", async () => {
  const quiet = await agentWorld();
  let agent: TestAgent = await quiet.startAgent();
  const job = (name: string, ttl: number, annotations: JsonObject = {}): JsonObject => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      ttlSecondsAfterFinished: ttl,
      template: {
        metadata: { annotations },
        spec: { restartPolicy: "Never", containers: [{ name: "app", image: "example.com/app:1" }] },
      },
    },
  });
  await quiet.run([job("seen", 0), configMap("beside")]);
  quiet.assign([job("unseen", 3_600, { "drover.test/outcome": "stuck" })], { application: "unseen" });
  await quiet.settled({ application: "unseen", health: "Progressing" });
  const gone = async (name: string): Promise<boolean> => (await quiet.kubectl("get", "job", name, "--ignore-not-found")) === "";
  await waitUntil("its time is over", () => gone("seen"));
  await agent.stop();
  await quiet.kubectl("delete", "job", "unseen"); // as its time to live would, had it ended while nobody looked
  await quiet.kubectl("delete", "configmap", "beside");
  agent = await quiet.startAgent();
  await told(quiet, "DriftHealed", "beside");
  await quiet.settled();
  expect([await gone("seen"), await gone("unseen")]).toEqual([true, true]);
});

test.concurrent("trap 10: rules that a controller fills are not ours", async () => {
  const name = `${world.namespace}-all`;
  const labels = { [`${world.group}/part`]: "true" };
  const aggregated: JsonObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] },
    rules: [],
  };
  const part: JsonObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: `${name}-part`, labels },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  };
  await world.run([aggregated, part], { application: "aggregated" });
  await waitUntil("the controller has filled it", async () => JSON.stringify(await read(world, "clusterrole", name)).includes('"pods"'));
  await world.settled({ application: "aggregated" });
  expect(driftOf(world, "aggregated")).toEqual([]);
});

const autoscaler = (name: string, apiVersion = "autoscaling/v2"): JsonObject => ({
  apiVersion,
  kind: "HorizontalPodAutoscaler",
  metadata: { name },
  spec: { minReplicas: 2, maxReplicas: 9, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name } },
});

test.concurrent("trap 10: replicas beside an autoscaler are the autoscaler's", async () => {
  await world.run([deployment("scaled"), autoscaler("scaled")], { application: "scaled" });
  expect(JSON.stringify(ownFields(await read(world, "deployment", "scaled")))).not.toContain("f:replicas");
  await kubectl("scale", "deployment/scaled", "--replicas=3");
  await waitUntil("3 run", async () => memberAt(await read(world, "deployment", "scaled"), "status", "readyReplicas") === 3);
  expect(driftOf(world, "scaled")).toEqual([]);
});

test.concurrent("trap 10: replicas that git leaves out from now on do not fall to one", async () => {
  await world.run([deployment("unscaled")], { application: "unscaled" });
  const { replicas: _dropped, ...spec } = deployment("unscaled")["spec"] as JsonObject;
  await world.run([{ ...deployment("unscaled"), spec }], { application: "unscaled" });
  expect(memberAt(await read(world, "deployment", "unscaled"), "spec", "replicas")).toBe(2);
});

test.concurrent("trap 11: an object is watched in the version it is applied in", async () => {
  const inVersion = (name: string, version: string, target: JsonObject): JsonObject => {
    const object = autoscaler(name, `autoscaling/${version}`);
    return { ...object, spec: { ...(object["spec"] as JsonObject), ...target } };
  };
  const metrics = [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }];
  const objects = [inVersion("in-v1", "v1", { targetCPUUtilizationPercentage: 80 }), inVersion("in-v2", "v2", { metrics })];
  await world.run(objects, { application: "versions" });
  await kubectl("annotate", "hpa", "in-v1", "in-v2", "seen=1", "--field-manager=operator");
  for (const [name, version] of [
    ["in-v1", "v1"],
    ["in-v2", "v2"],
  ] as const) {
    const object = `hpa.${version}.autoscaling`;
    const edit = (): Promise<string> => patch("hpa.v2.autoscaling/" + name, { spec: { maxReplicas: 5 } });
    const episode = await healedAfter(world, { kind: object, name }, edit);
    expect(episode.fields).toEqual([".spec.maxReplicas"]);
  }
  expect(driftOf(world, "versions")).toHaveLength(2);
});

test.concurrent("trap 12: integers beyond 2^53, and keys that JavaScript gives a meaning", async () => {
  const big = 2n ** 60n;
  const definition: JsonObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `counters.${world.group}` },
    spec: {
      group: world.group,
      scope: "Namespaced",
      names: { plural: "counters", singular: "counter", kind: "Counter" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { count: { type: "integer", format: "int64" } } } },
            },
          },
        },
      ],
    },
  };
  const counter: JsonObject = { apiVersion: `${world.group}/v1`, kind: "Counter", metadata: { name: "big" }, spec: { count: big } };
  const keys = parseJson('{"__proto__":"1","constructor":"1","plain":"1"}') as JsonObject;
  await world.run([definition, counter, configMap("keys", keys)], { application: "numbers" });
  const counters = `counters.${world.group}`;
  await healedAfter(world, { kind: counters, name: "big" }, () =>
    kubectl("patch", counters, "big", "--type=merge", "-p", `{"spec":{"count":${big + 1n}}}`),
  );
  const episode = await healedAfter(world, { kind: "configmap", name: "keys" }, () =>
    kubectl("patch", "configmap", "keys", "-p", '{"data":{"__proto__":"2","constructor":"2"}}'),
  );
  expect(episode.fields).toEqual([".data.__proto__", ".data.constructor"]);
});

test.concurrent("trap 13: an object with nothing beyond its name", async () => {
  await world.run([{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "bare" } }], { application: "bare" });
  expect(driftOf(world, "bare")).toEqual([]);
  await healedAfter(world, { kind: "serviceaccount", name: "bare" }, () => kubectl("delete", "serviceaccount", "bare"));
});

// By itself: it counts the requests of an agent of its own, which must not wait for eighteen others in this process.
test("trap 14: what is refused for good is not tried again and again", async () => {
  const withPort = (name: string, nodePort: number): JsonObject => ({
    ...service(name),
    spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
  });
  const quiet = await agentWorld({ proxy: true });
  await quiet.startAgent();
  await create(world, withPort("holder", 31_999));
  await quiet.run([withPort("taken", 31_998)]);
  const before = quiet.proxy.count({ verb: "write", name: "taken" });
  quiet.assign([withPort("taken", 31_999)]);
  const told = (): boolean | undefined => quiet.controlPlane.status("shop")?.failing[0]?.message.includes("31999");
  await waitUntil("the refusal is told", told, 30_000);
  await delay(2_000); // as long as a tight loop takes to show
  expect(quiet.proxy.count({ verb: "write", name: "taken" }) - before).toBeLessThan(6);
  await kubectl("delete", "service", "holder");
});

test.concurrent("trap 15: order and duplicates of keyed items", async () => {
  const env = [
    { name: "A", value: "1" },
    { name: "B", value: "$(A)" },
  ];
  const containers = [{ name: "app", image: "example.com/app:1", env }];
  await world.run([withPodSpec("ordered", { containers }), withPodSpec("doubled", { containers })], { application: "order" });
  const path = "/spec/template/spec/containers/0/env";
  const reordered = await healedAfter(world, { kind: "deployment", name: "ordered" }, () =>
    jsonPatch("deployment/ordered", { op: "replace", path, value: [env[1], env[0]] }),
  );
  expect(reordered.fields).toEqual(['.spec.template.spec.containers[name="app"].env']);
  await healedAfter(world, { kind: "deployment", name: "doubled" }, () =>
    jsonPatch("deployment/doubled", { op: "add", path: `${path}/-`, value: { name: "A", value: "2" } }),
  );
});

test.concurrent("trap 16: what the server writes otherwise than git is no drift", async () => {
  const containers = [{ name: "app", image: "example.com/app:1", resources: { requests: { cpu: "1000m" } } }];
  await world.run([withPodSpec("normal", { containers })], { application: "normal" });
  const cpu = async (): Promise<unknown> => JSON.stringify(await read(world, "deployment", "normal")).includes('"cpu":"1"');
  expect(await cpu()).toBe(true);
  await kubectl("annotate", "deployment/normal", "seen=1", "--field-manager=operator");
  await world.settled({ application: "normal" });
  expect(driftOf(world, "normal")).toEqual([]);
});

test.concurrent("trap 17: an extra item in a list that is one value", async () => {
  const tolerations = [{ key: "a", operator: "Exists" }];
  await world.run([withPodSpec("tolerant", { tolerations })], {
    application: "atomic",
    ...policyWith({ drift: { mode: "correct", people: "keep" } }),
  });
  const episode = await healedAfter(world, { kind: "deployment", name: "tolerant" }, () =>
    jsonPatch("deployment/tolerant", { op: "add", path: "/spec/template/spec/tolerations/-", value: { key: "b", operator: "Exists" } }),
  );
  expect(episode).toMatchObject({ change: "Edited", fields: [".spec.template.spec.tolerations"] });
});
