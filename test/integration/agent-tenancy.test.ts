import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import type { Recorded } from "../support/fault-proxy/recorded.ts";
import { waitUntil } from "../support/index.ts";

/** A ServiceAccount that may keep ConfigMaps and Deployments in the world's namespace, look at pods there, and nothing else. */
async function tenant({ cluster, namespace }: FaultyWorld): Promise<void> {
  const rule = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]): JsonObject => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    verbs: [...verbs],
  });
  const everything = ["get", "list", "watch", "create", "update", "patch", "delete"];
  const objects: readonly JsonObject[] = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "tenant", namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "tenant", namespace },
      rules: [
        rule([""], ["configmaps"], everything),
        rule(["apps"], ["deployments"], everything),
        rule([""], ["pods"], ["get", "list"]),
        rule(["apps"], ["replicasets"], ["get", "list"]),
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "tenant", namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "tenant" },
      subjects: [{ kind: "ServiceAccount", name: "tenant", namespace }],
    },
  ];
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
}

const asTenant = { ...policy, syncOptions: [], serviceAccountName: "tenant" };

/** What the agent asks as itself: what the cluster serves, who the cluster is, its own namespace, and which namespaces are suspended. */
const isOwn = ({ agentNamespace }: FaultyWorld, { path, namespace, resource, name, verb }: Recorded): boolean =>
  namespace === agentNamespace ||
  !/\/(namespaces|v\d[a-z0-9]*)\/./.test(path) ||
  (resource === "namespaces" && (name === "kube-system" || ["list", "watch", "create"].includes(verb)));

test("everything of an application is asked for as its project's ServiceAccount", async () => {
  const world = await agentWorld({ proxy: true });
  await tenant(world);
  await world.startAgent();
  await world.run([configMap("settings"), configMap("spare"), deployment("web")], { syncPolicy: asTenant });
  await world.kubectl("delete", "configmap", "settings");
  await waitUntil("it is back", async () => (await world.kubectl("get", "configmap", "settings", "--ignore-not-found")) !== "");
  await world.run([configMap("settings"), deployment("web")], { syncPolicy: asTenant });
  await waitUntil("spare is gone", async () => (await world.kubectl("get", "configmap", "spare", "--ignore-not-found")) === "");

  const tenants = world.proxy.requests.filter((request) => !isOwn(world, request));
  expect(new Set(tenants.map(({ verb }) => verb))).toEqual(new Set(["list", "watch", "apply", "delete", ...verbsBeside(tenants)]));
  const others = tenants.filter(({ impersonate }) => impersonate?.user !== `system:serviceaccount:${world.namespace}:tenant`);
  expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

/** Reads and events come and go with timing; that they were the tenant's is what the test asks. */
const verbsBeside = (requests: readonly Recorded[]): readonly string[] =>
  requests.map(({ verb }) => verb).filter((verb) => ["get", "create"].includes(verb));

test("what the ServiceAccount may not do is said of each object, and the rest is done", async () => {
  const world = await agentWorld({ proxy: true });
  await tenant(world);
  await world.startAgent();
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "keys" }, stringData: { a: "1" } };
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: `${world.namespace}-all` }, rules: [] };
  world.assign([secret, role, configMap("settings")], { syncPolicy: asTenant });
  const { failing } = await waitUntil("both are refused", () => {
    const status = world.controlPlane.status("shop");
    return status?.failing.length === 2 ? status : undefined;
  });
  expect(failing.map(({ kind, reason }) => ({ kind, reason }))).toEqual(
    expect.arrayContaining([
      { kind: "Secret", reason: "Forbidden" },
      { kind: "ClusterRole", reason: "Forbidden" },
    ]),
  );
  expect(await world.kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.a}")).toBe("1");
  expect(await world.kubectl("get", "secret", "keys", "--ignore-not-found")).toBe("");
});

test("a ServiceAccount that does not exist can do nothing, and the status says so", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  world.assign([configMap("settings")], { syncPolicy: { ...asTenant, serviceAccountName: "nobody" } });
  const [failing] = await waitUntil("it is refused", () => {
    const status = world.controlPlane.status("shop");
    return status?.failing.length === 1 ? status.failing : undefined;
  });
  expect(failing).toMatchObject({ name: "settings", reason: "Forbidden" });
  expect(failing?.message).toContain(`system:serviceaccount:${world.namespace}:nobody`);
});
