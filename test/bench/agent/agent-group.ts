import { mkdir } from "node:fs/promises";
import {
  agentBundle,
  type Changes,
  type ClusterPlan,
  createAgents,
  credentialsRef,
  type LiveCluster,
  startKubernetesCluster,
  startMemoryClusters,
} from "@drover/demo";
import { findProgram, kubernetesPrograms, programNamed } from "@drover/tools";
import type { Bench, Group } from "../harness/bench.ts";
import type { Measurement } from "../harness/row.ts";
import { type Installation, startInstallation } from "../installation/start-installation.ts";
import { type ClusterView, viewCluster } from "./cluster-view.ts";
import { measureBulk } from "./bulk/measure-bulk.ts";
import { objectsNamed } from "./damage.ts";
import { measureColdStart, measureFootprint, pushMany } from "./footprint.ts";
import { measureHealing } from "./heal.ts";
import { measurePushes } from "./push-to-cluster.ts";
import { startShippedAgent } from "./shipped-agent.ts";

/** The application that each measurement deploys has a repository of the same name. */
const applications = ["memory", "kubernetes", "bulk", "large"] as const;

/** a1 on an in-memory cluster; everything on a real one where its programs are. The agents are processes of their own. */
export const measureAgent: Group = async (bench) => {
  const bundle = await agentBundle();
  const installation = await startInstallation(bench, { repositories: applications, fleet: fleetFiles });
  const agents = createAgents(installation.controlPlane, bundle, installation.logs);
  bench.lifecycle.add("agents", agents.stop);
  const join = async (cluster: LiveCluster): Promise<ClusterView> => {
    await agents.enrol(installation.api, cluster);
    const view = await viewCluster(cluster);
    bench.lifecycle.add(`view of ${cluster.plan.name}`, view.close);
    return view;
  };

  const rows: Measurement[] = [];
  const memory = await startMemory(bench);
  rows.push(...(await measurePushes(bench, installation, "memory", memory, await join(memory))));
  bench.say("a1 measured in memory");
  if (!(await hasKubernetes())) {
    bench.say("the rest on real Kubernetes is left out: its programs are not on this machine; `npm run tools` builds them");
    return rows;
  }
  return [...rows, ...(await measureOnKubernetes(bench, installation, bundle)), ...(await measureBulk(bench))];
};

/** One agent from its enrolment to ten thousand objects. */
async function measureOnKubernetes(bench: Bench, installation: Installation, bundle: string): Promise<readonly Measurement[]> {
  const cluster = await startReal(bench);
  const agent = await startShippedAgent(bench, installation, bundle, cluster);
  const view = await viewCluster(cluster);
  bench.lifecycle.add(`view of ${cluster.plan.name}`, view.close);
  await agent.untilSynced(0, 30_000);
  const rows = [...(await measureFootprint(bench, agent, { objects: 0, cpu: 3 }))];
  rows.push(...(await measurePushes(bench, installation, "kubernetes", cluster, view)));
  bench.say("a1 measured on real Kubernetes");
  rows.push(...(await measureHealing(bench, installation, cluster, view)));
  rows.push(...(await measureFootprint(bench, agent, { objects: 1_000, resident: 65, cpu: 3 })));
  rows.push(...(await measureColdStart(bench, agent, view, 2)));
  await pushMany(installation, "large", objectsNamed("large", { ConfigMap: 8_900, Deployment: 90 }));
  await agent.untilSynced(3, 180_000);
  rows.push(...(await measureFootprint(bench, agent, { objects: 10_000, resident: 100, cpu: 3 })));
  return rows;
}

function fleetFiles(urlOf: (repository: string) => string): Changes {
  const files = applications.map((name) => [
    [`applications/${name}.yaml`, `source: { repository: "${urlOf(name)}", path: deploy, credentialsRef: ${credentialsRef} }\n`],
    [`environments/${name}.yaml`, environmentFile(name)],
  ]);
  return {
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "strategies/at-once.yaml": "waves: [{ name: all, maxConcurrency: 100% }]\n",
    ...Object.fromEntries(files.flat() as [string, string][]),
  };
}

const environmentFile = (application: string): string => {
  const cluster = application === "memory" ? "memory" : "kubernetes";
  return `clusterSelector: { matchLabels: { cluster: ${cluster} } }\ntrack: head\napplications: [${application}]\nstrategy: at-once\n`;
};

const planOf = (kind: ClusterPlan["kind"]): ClusterPlan => ({
  name: kind,
  environment: "staging",
  wave: undefined,
  kind,
  labels: { cluster: kind },
});

async function startMemory({ folder, lifecycle, signal }: Bench): Promise<LiveCluster> {
  const { clusters, stop } = await startMemoryClusters([planOf("memory")], folder, signal);
  lifecycle.add("in-memory cluster", stop);
  return clusters[0] as LiveCluster;
}

async function startReal({ folder, lifecycle }: Bench): Promise<LiveCluster> {
  await mkdir(folder, { recursive: true });
  const { cluster, stop } = await startKubernetesCluster(planOf("kubernetes"), folder);
  lifecycle.add("Kubernetes", stop);
  return cluster;
}

async function hasKubernetes(): Promise<boolean> {
  const found = await Promise.all(kubernetesPrograms.map((name) => findProgram(programNamed(name), process.env)));
  return found.every(({ candidate }) => candidate !== undefined);
}
