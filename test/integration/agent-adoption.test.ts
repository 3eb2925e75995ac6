import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type Json, type JsonObject, memberAt, parseJson, textAt } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { helm } from "../support/helm.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-adoption-"));
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(async () => {
  await world?.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** What each tool applies, and git will have: a workload, its Service and its settings. */
const manifestsOf = (name: string, settings: JsonObject = { a: "1", b: "2" }): readonly JsonObject[] => [
  deployment(name),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80 }] },
  },
  configMap(name, settings),
];

async function fileOf(name: string, objects: readonly JsonObject[]): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  return file;
}

async function chartOf(name: string): Promise<string> {
  const chart = join(folder, name);
  await mkdir(join(chart, "templates"), { recursive: true });
  await writeFile(join(chart, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`);
  for (const [index, object] of manifestsOf(name).entries())
    await writeFile(join(chart, "templates", `${index}.yaml`), JSON.stringify(object));
  return chart;
}

const install = async (program: "helm" | "helm3", name: string): Promise<void> => {
  const { ok, said } = await helm(program, ["install", name, await chartOf(name), "-n", world.namespace], world.cluster.kubeconfig);
  expect(said).toBe("");
  expect(ok).toBe(true);
};

/** As Argo CD applies and marks what it owns. */
const argo = async (name: string): Promise<void> => {
  const tracked = manifestsOf(name).map((object) => ({
    ...object,
    metadata: { ...(object["metadata"] as JsonObject), annotations: { "argocd.argoproj.io/tracking-id": `${name}:x` } },
  }));
  await world.kubectl("apply", "--server-side", "--field-manager=argocd-controller", "-f", await fileOf(name, tracked));
};

const tools: readonly { readonly tool: string; readonly name: string; readonly apply: (name: string) => Promise<unknown> }[] = [
  { tool: "kubectl apply", name: "by-kubectl", apply: async (name) => world.kubectl("apply", "-f", await fileOf(name, manifestsOf(name))) },
  {
    tool: "kubectl apply --server-side",
    name: "by-ssa",
    apply: async (name) => world.kubectl("apply", "--server-side", "-f", await fileOf(name, manifestsOf(name))),
  },
  {
    tool: "kubectl create",
    name: "by-create",
    apply: async (name) => world.kubectl("create", "-f", await fileOf(name, manifestsOf(name))),
  },
  { tool: "Helm 4", name: "by-helm", apply: (name) => install("helm", name) },
  { tool: "Helm 3", name: "by-helm3", apply: (name) => install("helm3", name) },
  { tool: "Argo CD", name: "by-argo", apply: argo },
];

async function get(...what: readonly string[]): Promise<readonly JsonObject[]> {
  const list = memberAt(parseJson(await world.kubectl("get", ...what, "-o", "json")), "items");
  return (Array.isArray(list) ? (list as readonly Json[]) : []).filter(isJsonObject);
}

/** All that would show a restart: pods to the last write, and what makes them with all that it asks for. An annotation alone raises a Deployment's generation. */
async function running(name: string): Promise<unknown> {
  const pods = await get("pods", "-l", `app=${name}`);
  const makers = (await get("deployments,replicasets")).filter((object) => textAt(object, "metadata", "name").startsWith(`${name}`));
  return {
    pods: pods.map((pod) => ["name", "uid", "resourceVersion"].map((field) => textAt(pod, "metadata", field))),
    makers: makers.map(({ kind, metadata, spec }) => [kind, memberAt(metadata, "uid"), spec]),
    generations: makers.filter(({ kind }) => kind === "ReplicaSet").map((set) => memberAt(set, "metadata", "generation")),
  };
}

const isRunning = async (name: string): Promise<boolean> =>
  (await get("pods", "-l", `app=${name}`)).filter((pod) => textAt(pod, "status", "phase") === "Running").length === 2;

async function untilItRuns(name: string): Promise<void> {
  await world.kubectl("rollout", "status", `deployment/${name}`, "--timeout=60s");
  await waitUntil("it runs", () => isRunning(name));
}

test.each(tools)("what $tool runs is taken over as it is, and from then on git alone says", async ({ name, apply }) => {
  await apply(name);
  await untilItRuns(name);
  const before = await running(name);

  const adopt = { application: name, syncPolicy: { ...policy, whenToTakeOver: "IfNoDiff" as const } };
  await world.run(manifestsOf(name), adopt);
  expect(await running(name)).toEqual(before);
  for (const kind of ["deployment", "service", "configmap"]) {
    const managers = await world.kubectl("get", kind, name, "--show-managed-fields", "-o", "jsonpath={.metadata.managedFields[*].manager}");
    expect(managers.split(" ").filter((manager) => manager !== "kube-controller-manager")).toEqual(["drover/default"]);
  }

  await world.run(manifestsOf(name, { a: "1" }), adopt);
  expect(await world.kubectl("get", "configmap", name, "-o", "jsonpath={.data}")).toBe('{"a":"1"}');
  expect(await running(name)).toEqual(before);
});

test("what would change is told first, and nothing is written meanwhile", async () => {
  const name = "reported";
  await world.kubectl("apply", "-f", await fileOf(name, manifestsOf(name)));
  await untilItRuns(name);
  const versions = async (): Promise<unknown> =>
    (await get("deployments,services,configmaps,serviceaccounts,secrets")).map(({ metadata, kind }) => [
      kind,
      textAt(metadata, "name"),
      textAt(metadata, "resourceVersion"),
      memberAt(metadata, "labels"),
    ]);
  await waitUntil("its status has settled", async () => {
    const before = await versions();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return JSON.stringify(before) === JSON.stringify(await versions());
  });
  const before = await versions();
  const reportOnly = { application: name, syncPolicy: { ...policy, mode: "Report" as const } };

  const other = [...manifestsOf(name, { a: "other", b: "2" }), configMap("reported-too")];
  world.assign(other, reportOnly);
  const told = await waitUntil("it is compared", () => {
    const status = world.controlPlane.status(name);
    return status?.reason === "ReportOnly" ? status : undefined;
  });
  expect(told.message).toBe("1 to create, 1 in conflict; nothing is written");
  expect(told.failing[0]).toMatchObject({ kind: "ConfigMap", name, reason: "Conflict", message: expect.stringContaining(".data.a") });
  expect(await versions()).toEqual(before);

  await world.run(manifestsOf(name), reportOnly);
  expect(await versions()).toEqual(before);
});

test("the commands of the guide say what it says they do", async () => {
  const name = "guided";
  await install("helm", name);
  await untilItRuns(name);
  const words = {
    "drover-system": world.agentNamespace,
    web: name,
    shop: world.namespace,
    "application\\.shop": `application\\.${name}`,
    "name=shop": `name=${name}`,
  };
  const [see, whose, forget, ...rest] = commandsIn("adoption.md").map((block) => () => runCommands(block, words, world.cluster.kubeconfig));
  expect(rest).toEqual([]);

  world.assign(manifestsOf(name, { a: "other" }), { application: name, syncPolicy: { ...policy, mode: "Report" } });
  await waitUntil("the difference is told", async () => (await see!()).includes("ReportOnly: 1 in conflict; nothing is written"));
  await world.run(manifestsOf(name), { application: name });
  const [managers = "", owner = ""] = (await whose!()).split(/(?=guided\.)/);
  expect(managers.split(" ").toSorted()).toEqual(["drover/default", "kube-controller-manager"]);
  expect(owner).toMatch(/^guided\.[a-z2-7]{8}$/);
  expect(await forget!()).toContain("deleted");
  expect(await isRunning(name)).toBe(true);
});
