import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;

beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const get = async (kind: string, name: string, namespace = world.namespace): Promise<JsonObject> =>
  parseJson(await world.cluster.kubectl(["-n", namespace, "get", kind, name, "-o", "json", "--show-managed-fields"])) as JsonObject;
const dataOf = async (name: string): Promise<unknown> => (await get("configmap", name))["data"];
const options = (...syncOptions: readonly string[]) => ({ syncPolicy: { ...policy, syncOptions: [...syncOptions] } });

test("CreateNamespace=true makes the namespace, and nobody owns it", async () => {
  const namespace = `${world.namespace}-made`;
  await world.run([configMap("a")], { application: "made", namespace, ...options("CreateNamespace=true") });
  expect(memberAt(await get("namespace", namespace), "metadata", "labels", "drover.dev/owner")).toBeUndefined();
  expect((await get("configmap", "a", namespace))["data"]).toEqual({ a: "1" });
});

test("a namespace that was made so may be described by the bundle later", async () => {
  const namespace = `${world.namespace}-described`;
  const over = { application: "described", namespace, ...options("CreateNamespace=true") };
  await world.run([configMap("a")], over);
  const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
  await world.run([configMap("a"), { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }], over);
  expect(memberAt(await get("namespace", namespace), "metadata", "labels")).toMatchObject(labels);
});

test("Replace=true takes away what anybody has added, and drift is healed as ever", async () => {
  const replaced: JsonObject = {
    ...configMap("whole"),
    metadata: { name: "whole", annotations: { "drover.dev/sync-options": "Replace=true" } },
  };
  const run = (data: JsonObject) => world.run([{ ...replaced, data }], { application: "whole", ...options() });
  await run({ a: "1" });
  await world.kubectl("patch", "configmap", "whole", "--field-manager=some-operator", "--type=merge", "-p", '{"data":{"extra":"x"}}');
  expect(await dataOf("whole")).toEqual({ a: "1", extra: "x" });
  await run({ a: "2" });
  expect(await dataOf("whole")).toEqual({ a: "2" });
  await world.kubectl("patch", "configmap", "whole", "--field-manager=some-operator", "--type=merge", "-p", '{"data":{"a":"edited"}}');
  await waitUntil("it is healed", async () => JSON.stringify(await dataOf("whole")) === '{"a":"2"}');
});

test("Replace=true keeps finalizers and what the server has given a Service", async () => {
  const service: JsonObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "replaced", annotations: { "drover.dev/sync-options": "Replace=true" } },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }] },
  };
  await world.run([service], { application: "service", ...options() });
  const finalizers = (value: string): Promise<string> =>
    world.kubectl(
      "patch",
      "service",
      "replaced",
      "--field-manager=some-operator",
      "--type=merge",
      "-p",
      `{"metadata":{"finalizers":${value}}}`,
    );
  await finalizers('["example.com/hold"]');
  const before = await get("service", "replaced");
  await world.run([{ ...service, spec: { ...(service["spec"] as JsonObject), selector: { app: "other" } } }], {
    application: "service",
    ...options(),
  });
  const after = await get("service", "replaced");
  expect(memberAt(after, "spec", "selector", "app")).toBe("other");
  for (const path of [
    ["spec", "clusterIP"],
    ["metadata", "finalizers"],
    ["metadata", "uid"],
  ] as const)
    expect(memberAt(after, ...path)).toEqual(memberAt(before, ...path));
  await finalizers("null");
});

test("FailOnSharedResource=true writes nothing at all where another application has an object", async () => {
  await world.run([configMap("shared")], { application: "owner", ...options() });
  world.assign([configMap("shared"), configMap("own")], { application: "careful", ...options("FailOnSharedResource=true") });
  const status = await waitUntil("it is refused", () => {
    const found = world.controlPlane.status("careful");
    return found?.reason === "SharedResource" ? found : undefined;
  });
  expect(status.message).toContain("ConfigMap");
  expect(await world.kubectl("get", "configmap", "own", "--ignore-not-found")).toBe("");
});

test("options that are always so are accepted", async () => {
  const over = { application: "always", ...options("ServerSideApply=true", "ApplyOutOfSyncOnly=true", "RespectIgnoreDifferences=true") };
  await world.run([deployment("always")], over);
  const { resourceVersion } = (await get("deployment", "always"))["metadata"] as JsonObject;
  await world.run([deployment("always"), configMap("beside")], over);
  expect(memberAt(await get("deployment", "always"), "metadata", "resourceVersion")).toBe(resourceVersion);
});

test("the commands of the guide say what it says they do", async () => {
  const namespace = `${world.namespace}-guide`;
  const words = { "drover-system": world.agentNamespace, shop: namespace, "application\\.shop": "application\\.guide" };
  const [see, data, labels, ...rest] = commandsIn("sync-options.md").map(
    (block) => () => runCommands(block, words, world.cluster.kubeconfig),
  );
  expect(rest).toEqual([]);
  const over = { application: "guide", namespace, ...options("CreateNamespace=true", "Replace=true") };
  const fixed = (a: string): JsonObject => ({ ...configMap("fixed", { a }), immutable: true });
  await world.run([configMap("whole"), fixed("1")], over);
  expect(await data!()).toBe('{"a":"1"}');
  expect(await labels!()).toBe(`{"kubernetes.io/metadata.name":"${namespace}"}`);
  world.assign([configMap("whole"), fixed("2")], over);
  await waitUntil(
    "the refusal can be read",
    async () => (await see!()).includes("ConfigMap") && (await see!()).includes("ImmutableConflict: data"),
  );
});
