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
import { startInstallation } from "../installation/start-installation.ts";
import { type ClusterView, viewCluster } from "./cluster-view.ts";
import { measureBulk } from "./bulk/measure-bulk.ts";
import { measureHealing } from "./heal.ts";
import { measurePushes } from "./push-to-cluster.ts";

/** The application that each measurement deploys has a repository of the same name. */
const applications = ["memory", "kubernetes", "bulk"] as const;

/** a1 on an in-memory cluster; a1 and b1 on a real one where its programs are. The agents are processes of their own. */
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
    bench.say("a1 and b1 on real Kubernetes are left out: its programs are not on this machine; `npm run tools` builds them");
    return rows;
  }
  const kubernetes = await startReal(bench);
  const view = await join(kubernetes);
  rows.push(...(await measurePushes(bench, installation, "kubernetes", kubernetes, view)));
  bench.say("a1 measured on real Kubernetes");
  rows.push(...(await measureHealing(bench, installation, kubernetes, view)));
  rows.push(...(await measureBulk(bench)));
  return rows;
};

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
