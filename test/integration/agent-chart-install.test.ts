import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentAccount, type ChartWorld, type Installation, startChartWorld } from "../support/chart-world.ts";
import { agentChart } from "../support/helm.ts";
import { waitUntil } from "../support/wait-until.ts";

const run = `t-${randomBytes(4).toString("hex")}`;
const group = `${run}.example.com`;
const foreign = "foreign";

const settings = (namespace?: string): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", ...(namespace === undefined ? {} : { namespace }) },
  data: { a: "1" },
});
const clusterRole: JsonObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: `${run}-reader` },
  rules: [],
};
const definition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
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
const widget: JsonObject = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "one" }, spec: { size: 1 } };

let world: ChartWorld;

// A member of the fleet for each profile. What its application asks for is more than the profile allows, but for the first.
beforeAll(async () => {
  world = await startChartWorld(run, {
    "cluster-admin": { everything: { objects: [settings(), definition, widget, clusterRole] } },
    impersonating: {
      tenant: { project: "deployer", objects: [settings(), clusterRole] },
      stranger: { project: "somebody-else", objects: [settings()] },
    },
    namespaced: { modest: { objects: [settings(), clusterRole, settings(`${run}-${foreign}`)] } },
    moved: {},
    [foreign]: {},
  });
});
afterAll(async () => {
  const leftovers = [`customresourcedefinition/widgets.${group}`, `clusterrole/${run}-reader`];
  await world?.cluster.kubectl(["delete", "--wait=false", "--ignore-not-found", ...leftovers]);
  await world?.stop();
});

const dataOf = (member: string): Promise<string> => {
  const namespace = world.applicationNamespace(member);
  return world.cluster.kubectl([
    "get",
    "configmap",
    "settings",
    "--namespace",
    namespace,
    "--ignore-not-found",
    "--output=jsonpath={.data.a}",
  ]);
};

interface Request {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Those of the requests that the API server would let the agent's own ServiceAccount make. */
async function allowedTo(member: string, requests: readonly Request[]): Promise<readonly Request[]> {
  const user = `system:serviceaccount:${world.agentNamespace(member)}:${agentAccount}`;
  const reviews = requests.map((resourceAttributes) => ({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes },
  }));
  const answers = await world.cluster.kubectl(
    ["create", "-f", "-", '--output=jsonpath={.status.allowed}{"\\n"}'],
    reviews.map((review) => JSON.stringify(review)).join("\n"),
  );
  const allowed = answers.trim().split("\n");
  expect(allowed).toHaveLength(requests.length);
  return requests.filter((_request, index) => allowed[index] === "true");
}

/** What is true in every profile: probes are answered, memory and notices are in its namespace, its pod holds the Lease, the hook agrees. */
async function expectAtWork(member: string, { pod, healthPort, notes }: Installation): Promise<void> {
  expect(notes).toContain(`helm test fleet --namespace ${world.agentNamespace(member)}`);
  const [{ livenessProbe, readinessProbe }] = pod.spec.containers;
  for (const probe of [livenessProbe, readinessProbe])
    expect(await fetch(`http://127.0.0.1:${healthPort}${probe?.httpGet.path}`)).toMatchObject({ status: 200 });
  const inNamespace = ["--namespace", world.agentNamespace(member)];
  const own = (await world.cluster.kubectl(["get", "secrets,configmaps", ...inNamespace, "--output=name"])).split("\n");
  expect(own).toEqual(
    expect.arrayContaining(["secret/drover-identity", "secret/drover-envelope", "secret/drover-boot", "configmap/drover-agent-status"]),
  );
  const holder = await world.cluster.kubectl(["get", "lease", "drover-agent", ...inNamespace, "--output=jsonpath={.spec.holderIdentity}"]);
  expect(holder).toBe(pod.metadata.name);
  const verdict = "ok   the control plane answers\nok   the agent is enrolled\nok   the agent is alive\n";
  expect(await world.helmTest(member)).toEqual({ ok: true, log: verdict });
}

/** What no profile but cluster-admin lets the agent do, wherever. */
const tooMuch = (member: string): readonly Request[] => [
  { verb: "list", resource: "secrets" },
  { verb: "create", resource: "pods", subresource: "exec", namespace: world.applicationNamespace(member) },
  { verb: "escalate", resource: "clusterroles", group: "rbac.authorization.k8s.io" },
  { verb: "bind", resource: "clusterroles", group: "rbac.authorization.k8s.io" },
  { verb: "impersonate", resource: "users" },
  { verb: "impersonate", resource: "serviceaccounts", namespace: world.applicationNamespace(member), name: "default" },
  { verb: "create", resource: "customresourcedefinitions", group: "apiextensions.k8s.io" },
  { verb: "update", resource: "configmaps", namespace: world.agentNamespace(member), name: "drover-agent" },
];

test("the API server accepts every reviewed rendering, each field of it", async () => {
  const namespace = world.applicationNamespace(foreign);
  const renderings = readdirSync(join(agentChart, "test-values")).filter((file) => file.endsWith(".golden.yaml"));
  const texts = await Promise.all(renderings.map((file) => readFile(join(agentChart, "test-values", file), "utf8")));
  const objects = texts.flatMap((text) => text.replaceAll(/\b(drover-system|shop|billing)\b/g, namespace).split(/^---$/m));
  // A dry run of a pod wants its ServiceAccount to be there.
  const accounts = new Set(texts.flatMap((text) => [...text.matchAll(/serviceAccountName: (\S+)/g)].map(([, name = ""]) => name)));
  for (const name of accounts) await world.cluster.kubectl(["create", "serviceaccount", name, "--namespace", namespace]);
  // The Prometheus operator is not there to say what a PodMonitor is.
  const known = objects.filter((text) => !text.includes("kind: PodMonitor"));
  const told = await world.cluster.kubectl(
    ["apply", "--dry-run=server", "--validate=strict", "--namespace", namespace, "--output=name", "-f", "-"],
    known.join("\n---\n"),
  );
  expect(told.trim().split("\n")).toHaveLength(known.filter((text) => text.includes("kind:")).length);
});

test("cluster-admin: applies definitions and cluster-wide objects", async () => {
  const authority = new X509Certificate(await readFile(world.caFile));
  const sha256 = createHash("sha256")
    .update(authority.publicKey.export({ format: "der", type: "spki" }))
    .digest("hex");
  const installation = await world.install("cluster-admin", {
    profile: "cluster-admin",
    enrolment: { token: await world.enrolmentToken("cluster-admin") },
    ca: { sha256 },
  });
  await expectAtWork("cluster-admin", installation);
  expect(installation.notes).toContain("It may change anything");

  expect(await world.deploy("cluster-admin", "everything")).toMatchObject({ sync: "Synced", objects: 4, failing: [] });
  expect(await dataOf("cluster-admin")).toBe("1");
});

test("an agent that is installed again needs no token and is the same", async () => {
  const values = { profile: "cluster-admin", ca: { pem: await readFile(world.caFile, "utf8") } };
  const first = await world.install("moved", { ...values, enrolment: { token: await world.enrolmentToken("moved") } });
  await first.agent.stop();
  await world.uninstall("moved");
  const again = await world.install("moved", values);
  expect(again.notes).toContain("No enrolment token was given");
  await waitUntil("it has connected", async () => (await readFile(again.agent.logFile, "utf8")).includes("connected to the control plane"));
});

test("impersonating: applies as the tenant's ServiceAccount, and as no other", async () => {
  const agentNamespace = world.agentNamespace("impersonating");
  const namespace = world.applicationNamespace("impersonating");
  const secret = ["create", "secret", "generic", "--namespace", agentNamespace];
  await world.cluster.kubectl([...secret, "token", `--from-literal=one-time=${await world.enrolmentToken("impersonating")}`]);
  await world.cluster.kubectl([...secret, "authority", `--from-file=drover.pem=${world.caFile}`]);
  const installation = await world.install("impersonating", {
    profile: "impersonating",
    enrolment: { existingSecret: "token", existingSecretKey: "one-time" },
    ca: { existingSecret: "authority", existingSecretKey: "drover.pem" },
    impersonation: { create: true, serviceAccounts: [{ namespace, name: "deployer" }] },
  });
  await expectAtWork("impersonating", installation);
  expect(installation.notes).toContain(`It acts as: ${namespace}/deployer`);

  const stranger = await world.deploy("impersonating", "stranger");
  expect(stranger).toMatchObject({ sync: "OutOfSync", failing: [{ kind: "ConfigMap", reason: "Forbidden" }] });
  expect(stranger.failing[0]?.message).toContain(`User "system:serviceaccount:${agentNamespace}`);
  expect(await dataOf("impersonating")).toBe("");
  const tenant = await world.deploy("impersonating", "tenant");
  expect(tenant).toMatchObject({ sync: "OutOfSync", failing: [{ kind: "ClusterRole", reason: "Forbidden" }] });
  expect(tenant.failing[0]?.message).toContain(`User "system:serviceaccount:${run}`);
  expect(await dataOf("impersonating")).toBe("1");

  const actAsTenant = { verb: "impersonate", resource: "serviceaccounts", namespace, name: "deployer" };
  const actAlone = { verb: "create", resource: "configmaps", namespace };
  expect(await allowedTo("impersonating", [actAsTenant, actAlone, ...tooMuch("impersonating")])).toEqual([actAsTenant]);
});

test("namespaced: applies in its namespaces and is refused outside of them", async () => {
  const installation = await world.install("namespaced", {
    profile: "namespaced",
    enrolment: { token: await world.enrolmentToken("namespaced") },
    ca: { pem: await readFile(world.caFile, "utf8") },
    namespaces: [world.applicationNamespace("namespaced")],
  });
  await expectAtWork("namespaced", installation);
  expect(installation.notes).toContain(`It may change what namespaceRules allow in: ${world.applicationNamespace("namespaced")}`);

  expect(await world.deploy("namespaced", "modest")).toMatchObject({
    sync: "OutOfSync",
    failing: [
      { kind: "ClusterRole", reason: "Forbidden" },
      { kind: "ConfigMap", namespace: world.applicationNamespace(foreign), reason: "Forbidden" },
    ],
  });
  expect([await dataOf("namespaced"), await dataOf(foreign)]).toEqual(["1", ""]);
  expect(await allowedTo("namespaced", tooMuch("namespaced"))).toEqual([]);
});
