import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import type { FailingObject, SyncPolicy } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { configMap, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;

beforeAll(async () => {
  world = await createAgentWorld();
  await world.cluster.kubectl(["create", "namespace", `${world.namespace}-secured`]);
  await world.startAgent();
});
afterAll(async () => {
  await world?.cluster.kubectl(["delete", "clusterrole,clusterrolebinding", "-l", `drover.test/world=${world.namespace}`]);
  await world?.dispose();
});

const get = async (kind: string, name: string): Promise<JsonObject> =>
  parseJson(await world.kubectl("get", kind, name, "-o", "json")) as JsonObject;

/** Applies it beside a good object, and answers what is said of the bad one once the good one is there. */
async function refused(application: string, bad: readonly JsonObject[], syncPolicy: SyncPolicy = policy): Promise<FailingObject> {
  world.assign([...bad, configMap(`beside-${application}`)], { application, syncPolicy });
  await waitUntil("the other object is there", () => get("configmap", `beside-${application}`));
  return waitUntil("the bad one is reported", () => {
    const { reason, failing = [] } = world.controlPlane.status(application) ?? {};
    const bad = reason === "Applying" ? undefined : failing.find((one) => one.reason !== "NotReady");
    if (bad) return bad;
    throw new Error(JSON.stringify(world.controlPlane.status(application)));
  });
}

const limited: SyncPolicy = { ...policy, limits: { kinds: ["ConfigMap"] } };

interface Case {
  readonly name: string;
  readonly of: (world: AgentWorld) => readonly JsonObject[];
  readonly under?: (world: AgentWorld) => SyncPolicy;
  readonly want: { readonly reason: string; readonly name?: string; readonly message: RegExp };
}

const cases: readonly Case[] = [
  {
    name: "no kind",
    of: () => [{ apiVersion: "v1", metadata: { name: "a" } }],
    want: { reason: "Invalid", name: "a", message: /kind is missing/ },
  },
  {
    name: "no name",
    of: () => [{ apiVersion: "v1", kind: "ConfigMap", metadata: {} }],
    want: { reason: "Invalid", name: "object-1-of-the-bundle", message: /metadata.name must be text/ },
  },
  {
    name: "a name of 254 characters",
    of: () => [configMap("a".repeat(254))],
    want: { reason: "Invalid", name: "object-1-of-the-bundle", message: /1 to 253 characters/ },
  },
  {
    name: "generateName",
    of: () => [{ apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "a-" } }],
    want: { reason: "Invalid", message: /generateName makes another object every time/ },
  },
  {
    name: "a kind that nobody serves",
    of: () => [{ apiVersion: "example.com/v1", kind: "Gadget", metadata: { name: "odd" } }],
    want: { reason: "UnknownKind", name: "odd", message: /serves no such kind/ },
  },
  {
    name: "a version that is served no more",
    of: () => [{ apiVersion: "apps/v1beta1", kind: "Deployment", metadata: { name: "old" } }],
    want: { reason: "UnknownKind", name: "old", message: /this kind in v1, not in v1beta1/ },
  },
  {
    name: "a field that its kind does not have",
    of: () => [{ ...configMap("typo"), dtaa: {} }],
    want: { reason: "Invalid", name: "typo", message: /dtaa/ },
  },
  {
    name: "more than 1 MiB",
    of: () => [configMap("huge", { a: "x".repeat(1024 * 1024) })],
    want: { reason: "Invalid", name: "huge", message: /larger than 1048576 bytes/ },
  },
  {
    name: "the identity of another one",
    of: () => [configMap("twice"), configMap("twice", { a: "2" })],
    want: { reason: "Duplicate", name: "twice", message: /more than once/ },
  },
  {
    name: "a kind that the project does not allow",
    of: () => [{ apiVersion: "v1", kind: "Secret", metadata: { name: "secret" } }],
    under: () => limited,
    want: { reason: "NotAllowed", name: "secret", message: /does not allow kind Secret: add it to kinds in projects\/default.yaml/ },
  },
  {
    name: "a namespace that the project does not allow",
    of: () => [{ ...configMap("elsewhere"), metadata: { name: "elsewhere", namespace: "kube-system" } }],
    under: ({ namespace }) => ({ ...policy, limits: { namespaces: [namespace] } }),
    want: { reason: "NotAllowed", name: "elsewhere", message: /does not allow namespace kube-system: add it to namespaces/ },
  },
  {
    name: "the agent's own namespace",
    of: ({ agentNamespace }) => [{ ...configMap("mine"), metadata: { name: "mine", namespace: agentNamespace } }],
    want: { reason: "NotAllowed", name: "mine", message: /is the agent's own/ },
  },
  {
    name: "a Namespace with Pod Security labels, which somebody else has made",
    of: ({ namespace }) => [
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: `${namespace}-secured`, labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
      },
    ],
    want: { reason: "Conflict", message: /kubectl-create, and differs at .metadata.labels/ },
  },
];

test.each(cases)("an object with $name is named, and the rest goes on", async ({ name, of, under, want }) => {
  const application = name
    .replaceAll(/[^a-z]+/g, "-")
    .slice(0, 50)
    .replace(/-$/, "");
  const failing = await refused(`bad-${application}`.slice(0, 50), of(world), under?.(world));
  expect(failing).toMatchObject({ ...want, message: expect.stringMatching(want.message) });
});

test("what only a server writes is left out", async () => {
  const managedFields = [{ manager: "somebody", operation: "Update" }];
  const metadata = { name: "exported", uid: "x", resourceVersion: "7", generation: 3, creationTimestamp: null, managedFields };
  await world.run([{ ...configMap("exported"), metadata, status: { phase: "odd" } }], { application: "exported" });
  expect((await get("configmap", "exported"))["data"]).toEqual({ a: "1" });
});

test("a ClusterRole that gives more than the account has is forbidden, and the rest goes on", async () => {
  const { namespace } = world;
  const labels = ["-l", `drover.test/world=${namespace}`];
  const deployer = `${namespace}-deployer`;
  await world.kubectl("create", "serviceaccount", "deployer");
  await world.cluster.kubectl([
    "create",
    "clusterrole",
    deployer,
    "--verb=get,list,watch,create,patch",
    "--resource=configmaps,clusterroles.rbac.authorization.k8s.io",
  ]);
  await world.cluster.kubectl([
    "create",
    "clusterrolebinding",
    deployer,
    `--clusterrole=${deployer}`,
    `--serviceaccount=${namespace}:deployer`,
  ]);
  await world.cluster.kubectl(["label", "clusterrole,clusterrolebinding", deployer, labels[1]!]);
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: `${namespace}-more` },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*", "escalate"] }],
  };
  const failing = await refused("escalating", [role], { ...policy, serviceAccountName: "deployer" });
  expect(failing).toMatchObject({ kind: "ClusterRole", reason: "Forbidden", message: expect.stringContaining("forbidden") });
});

test("a definition that drops the version its objects are stored in is refused by the server, and the rest goes on", async () => {
  const version = (name: string) => ({
    name,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  });
  const definition = (name: string): JsonObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${world.group}` },
    spec: {
      group: world.group,
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [version(name)],
    },
  });
  await world.run([definition("v1")], { application: "stored" });
  const failing = await refused("stored", [definition("v2")]);
  expect(failing).toMatchObject({ kind: "CustomResourceDefinition", reason: "Invalid" });
  expect(memberAt(await get("crd", `widgets.${world.group}`), "status", "storedVersions")).toEqual(["v1"]);
});

test("more than 10,000 objects are refused together, and what runs stays", async () => {
  await world.run([configMap("kept")], { application: "many" });
  world.assign(
    Array.from({ length: 10_001 }, (_, index) => configMap(`m${index}`)),
    { application: "many" },
  );
  const status = await waitUntil("it is refused", () => {
    const found = world.controlPlane.status("many");
    return found?.reason === "BundleInvalid" ? found : undefined;
  });
  expect(status.message).toContain("more than 10000 objects: split the application");
  expect((await get("configmap", "kept"))["data"]).toEqual({ a: "1" });
});

test("an object of a kind that nobody serves is applied once somebody has installed it, though the kind has no namespaces", async () => {
  const quick = await createAgentWorld();
  onTestFinished(() => quick.dispose());
  await quick.startAgent({ clock: fastClock(10) });
  const names = { plural: "gears", singular: "gear", kind: "Gear", listKind: "GearList" };
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const spec = { group: quick.group, scope: "Cluster", names, versions: [{ name: "v1", served: true, storage: true, schema }] };
  quick.assign([{ apiVersion: `${quick.group}/v1`, kind: "Gear", metadata: { name: quick.namespace }, spec: { size: 1 } }]);
  await waitUntil("it is reported", () => quick.controlPlane.status("shop")?.reason === "UnknownKind");
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `gears.${quick.group}` },
    spec,
  };
  await quick.cluster.kubectl(["apply", "-f", "-"], JSON.stringify(definition));
  expect(await quick.settled()).toMatchObject({ objects: 1, failing: [] });
});

test("the command of the guide shows what is wrong", async () => {
  const [see, ...rest] = commandsIn("bad-manifests.md");
  expect(rest).toEqual([]);
  world.assign([{ apiVersion: "v1", kind: "ConfigMap", metadata: {} }], { application: "guide" });
  const words = { "drover-system": world.agentNamespace, "application\\.shop": "application\\.guide" };
  const told = "ConfigMap object-1-of-the-bundle: Invalid: metadata.name must be text";
  await waitUntil("it is told", async () => (await runCommands(see!, words, world.cluster.kubeconfig)).includes(told));
});
