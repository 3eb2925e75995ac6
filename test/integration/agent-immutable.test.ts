import { type JsonObject, memberAt, parseJson, textAt } from "@drover/kit";
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

const get = async (kind: string, name: string): Promise<JsonObject> =>
  parseJson(await world.kubectl("get", kind, name, "-o", "json")) as JsonObject;
const uidOf = async (kind: string, name: string): Promise<string> => textAt(await get(kind, name), "metadata", "uid");
const withOptions = (object: JsonObject, options: string, annotation = "drover.dev/sync-options"): JsonObject => ({
  ...object,
  metadata: { ...(object["metadata"] as JsonObject), annotations: { [annotation]: options } },
});

const labelled = (name: string, app: string): JsonObject => {
  const labels = { app };
  const spec = deployment(name)["spec"] as JsonObject;
  return {
    ...deployment(name),
    spec: { ...spec, selector: { matchLabels: labels }, template: { ...(spec["template"] as JsonObject), metadata: { labels } } },
  };
};

const refusalOf = (application: string, name: string): Promise<string> =>
  waitUntil("the refusal is reported", () => {
    const failing = world.controlPlane.status(application)?.failing.find((one) => one.name === name);
    return failing?.reason === "ImmutableConflict" ? failing.message : undefined;
  });

test("a field that cannot be changed is named, the object stays, and the rest goes on", async () => {
  await world.run([labelled("web", "one"), configMap("beside")], { application: "named" });
  const uid = await uidOf("deployment", "web");
  world.assign([labelled("web", "two"), configMap("beside", { a: "2" })], { application: "named" });
  expect(await refusalOf("named", "web")).toBe("spec.selector cannot be changed: set Recreate=true to have it deleted and made anew");
  await waitUntil("the other object is changed", async () => memberAt(await get("configmap", "beside"), "data", "a") === "2");
  expect(await uidOf("deployment", "web")).toBe(uid);
});

test.each([
  { name: "anew", annotation: "drover.dev/sync-options", options: "Recreate=true" },
  { name: "by-argo", annotation: "argocd.argoproj.io/sync-options", options: "Replace=true,Force=true" },
])("$options in $annotation has it deleted and made anew", async ({ name, annotation, options }) => {
  await world.run([labelled(name, `${name}-1`)], { application: name });
  const uid = await uidOf("deployment", name);
  await world.run([withOptions(labelled(name, `${name}-2`), options, annotation)], { application: name });
  expect(await uidOf("deployment", name)).not.toBe(uid);
  expect(memberAt(await get("deployment", name), "spec", "selector", "matchLabels", "app")).toBe(`${name}-2`);
});

test("an immutable ConfigMap is made anew where the application asks for it", async () => {
  const fixed = (a: string): JsonObject => ({ ...configMap("fixed", { a }), immutable: true });
  const syncPolicy = { ...policy, syncOptions: ["Recreate=true"] };
  await world.run([fixed("1")], { application: "fixed", syncPolicy });
  await world.run([fixed("2")], { application: "fixed", syncPolicy });
  expect(memberAt(await get("configmap", "fixed"), "data", "a")).toBe("2");
});

test("a volume claim is never made anew, whatever anybody asks for", async () => {
  const claim = (storage: string, mode: string): JsonObject => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", annotations: { "drover.dev/sync-options": "Recreate=true" } },
    spec: { accessModes: [mode], resources: { requests: { storage } } },
  });
  world.assign([claim("1Gi", "ReadWriteOnce")], { application: "claim" });
  await waitUntil("it is there", () => uidOf("pvc", "data"));
  const uid = await uidOf("pvc", "data");
  world.assign([claim("1Gi", "ReadWriteMany")], { application: "claim" });
  expect(await refusalOf("claim", "data")).toContain("it is not recreated, because deleting it would take data along");
  expect(await uidOf("pvc", "data")).toBe(uid);
});

test("what has a finalizer is waited for, and comes back when it is let go", async () => {
  await world.run([labelled("held", "held-1")], { application: "held" });
  const finalizers = (value: string): Promise<string> =>
    world.kubectl(
      "patch",
      "deployment",
      "held",
      "--field-manager=some-operator",
      "--type=merge",
      "-p",
      `{"metadata":{"finalizers":${value}}}`,
    );
  await finalizers('["example.com/hold"]');
  const uid = await uidOf("deployment", "held");
  const generation = world.assign([withOptions(labelled("held", "held-2"), "Recreate=true")], { application: "held" });
  await waitUntil(
    "it is being deleted",
    async () => memberAt(await get("deployment", "held"), "metadata", "deletionTimestamp") !== undefined,
  );
  await finalizers("null");
  const status = await world.settled({ application: "held" });
  expect(status.generation).toBe(generation);
  expect(await uidOf("deployment", "held")).not.toBe(uid);
});
