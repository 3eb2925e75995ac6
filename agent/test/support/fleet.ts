import type { JsonObject } from "@drover/kit";
import { Secret } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import type { ApplicationStatus, Assignment, SyncPolicy } from "@drover/proto/wire";
import { createMemoryCluster, type MemoryCluster } from "../../src/adapters/memory/cluster.ts";
import { type Agent, startAgent } from "../../src/app/agent.ts";
import type { Kube, ObjectRef, Resource } from "../../src/app/kube.ts";
import { silentLog, TestControlPlane } from "./control-plane.ts";

export const token = new Secret(`drv1_${"a".repeat(26)}_${"B".repeat(43)}`);

/** A cluster, a control plane, and the means to start agents between them. */
export interface TestFleet {
  readonly cluster: MemoryCluster;
  readonly controlPlane: TestControlPlane;
  startAgent(kube?: Kube): Promise<Agent>;
  stop(): Promise<void>;
}

export function createTestFleet(): TestFleet {
  const cluster = createMemoryCluster({ name: "test", podStartMs: 20 });
  const controlPlane = new TestControlPlane(systemClock);
  const agents: Agent[] = [];
  return {
    cluster,
    controlPlane,
    startAgent: async (kube = cluster.kube) => {
      const agent = await startAgent({
        kube,
        enrolment: controlPlane.enrolment,
        connect: controlPlane.connect,
        clock: systemClock,
        random: Math.random,
        log: process.env["TEST_LOG"] ? (await import("@drover/kit/node")).createLog("agent", "debug") : silentLog,
        namespace: "drover-system",
        holder: "drover-agent-1",
        enrolmentToken: token,
        agentVersion: "0.1.0",
        kubernetesVersion: "v1.36.3",
      });
      agents.push(agent);
      return agent;
    },
    stop: async () => {
      await Promise.all(agents.map((agent) => agent.stop()));
      cluster.close();
    },
  };
}

export const policy: SyncPolicy = {
  prune: true,
  selfHeal: true,
  whenToTakeOver: "IfNoDiff",
  drift: { mode: "correct", people: "evict" },
  syncOptions: ["CreateNamespace=true"],
};

export const assignment = (bundle: Assignment["bundle"], over: Partial<Assignment> = {}): Assignment => ({
  application: "shop",
  environment: "production",
  project: "default",
  generation: 1,
  revision: "abc",
  state: "active",
  bundle,
  namespace: "shop",
  syncPolicy: policy,
  ...over,
});

export const configMap = (name: string, data: JsonObject = { a: "1" }): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

export const deployment = (name: string, over: JsonObject = {}): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, ...over }, spec: { containers: [{ name: "app", image: "example.com/app:1" }] } },
  },
});

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const deployments: Resource = { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true, verbs: [] };

export const configMapRef = (name: string, namespace = "shop"): ObjectRef => ({ resource: configMaps, namespace, name });
export const deploymentRef = (name: string, namespace = "shop"): ObjectRef => ({ resource: deployments, namespace, name });

/** Waits until `holds`, and says what was awaited when it does not within 20 s. */
export async function eventually<T>(what: string, holds: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    const found = await holds();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUpAt) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The next status of `shop` that is as described. */
export const reported = (fleet: TestFleet, sync: string, health: string, generation?: number): Promise<ApplicationStatus> =>
  eventually(`shop is reported ${sync} ${health}`, () => {
    const status = fleet.controlPlane.status("shop");
    const right = status?.sync === sync && status.health === health && (generation === undefined || status.generation === generation);
    return right ? status : undefined;
  });

/** The same cluster with some calls changed, whoever acts in it. */
export const changed = (kube: Kube, change: (kube: Kube) => Partial<Kube>): Kube => ({
  ...kube,
  ...change(kube),
  as: (user) => changed(kube.as(user), change),
  fenced: (check) => changed(kube.fenced(check), change),
});

const writes = ["apply", "create", "replace", "replaceManagedFields", "delete"] as const;
type Write = (typeof writes)[number];

/** How often each write was asked of a cluster outside the agent's own namespace, for tests of what costs nothing. */
export function counted(kube: Kube): { readonly kube: Kube; readonly calls: Map<Write, number> } {
  const calls = new Map<Write, number>();
  const counting = (under: Kube, write: Write): Kube[Write] =>
    ((ref: ObjectRef, ...rest: readonly unknown[]) => {
      if (ref.namespace !== "drover-system") calls.set(write, (calls.get(write) ?? 0) + 1);
      return (under[write] as (...given: readonly unknown[]) => unknown)(ref, ...rest);
    }) as Kube[Write];
  const change = (under: Kube): Partial<Kube> => Object.fromEntries(writes.map((write) => [write, counting(under, write)]));
  return { kube: changed(kube, change), calls };
}
