import { randomBytes, randomInt } from "node:crypto";
import { type Agent, type AgentDeps, createKube, kubeconfigConnection, type Resource } from "@drover/agent";
import { type ClusterId, type JsonObject, parseClusterId } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import type { ApplicationStatus, Assignment } from "@drover/proto/wire";
import type { KubernetesAccess } from "@drover/tools";
import { onTestFinished } from "vitest";
import type { RealKube, RealKubeOptions } from "../../agent/src/adapters/kube/kube.ts";
import { TestControlPlane } from "../../agent/test/support/control-plane.ts";
import { assignment, token } from "../../agent/test/support/fleet.ts";
import { type AgentProcess, launchAgent } from "./agent-process.ts";
import { deleteWorld, emptyNamespaces } from "./delete-world.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { sharedKubernetes } from "./kubernetes.ts";
import { waitUntil } from "./wait-until.ts";

/** A corner of the shared Kubernetes with a control plane in this process and as many agents as are started. */
export interface AgentWorld {
  readonly cluster: KubernetesAccess;
  /** Exists, and is where applications go. Everything in namespaces whose names begin with it is deleted in the end. */
  readonly namespace: string;
  /** Where agents keep their Secrets. */
  readonly agentNamespace: string;
  /** An API group that no other world defines kinds in. */
  readonly group: string;
  readonly controlPlane: TestControlPlane;
  /** An administrator, straight at the API server. */
  readonly kube: RealKube;
  /** Starts one more process of this cluster's agent; the first must run before anything is assigned. */
  startAgent(over?: AgentOptions): Promise<TestAgent>;
  /** The same, without waiting until it runs. */
  launchAgent(over?: AgentOptions): Promise<AgentProcess>;
  /** Asks for these objects as the application's next generation, beside what the other applications run. Answers the generation. */
  assign(objects: readonly JsonObject[], over?: Partial<Assignment>): number;
  /** What the applications were asked for last. */
  assigned(): readonly Assignment[];
  /** The first status of the newest generation with these words, Synced and Healthy if none are given. */
  settled(words?: StatusWords, withinMs?: number): Promise<ApplicationStatus>;
  /** `assign`, then `settled`. */
  run(objects: readonly JsonObject[], over?: Partial<Assignment>): Promise<ApplicationStatus>;
  /** Between the agents and the API server, where the world was asked for with one. `kube` and `kubectl` go round it. */
  readonly proxy: FaultProxy | undefined;
  /** In the world's namespace, as administrator. */
  kubectl(...args: readonly string[]): Promise<string>;
  dispose(): Promise<void>;
}

export interface AgentOptions extends Partial<AgentDeps> {
  readonly kubeOptions?: Partial<RealKubeOptions>;
  /** An administrator's, by way of the proxy if there is one, unless given. */
  readonly kubeconfig?: string;
}

export interface TestAgent extends Agent, Pick<AgentProcess, "stop" | "kill"> {}

export interface StatusWords {
  readonly application?: string;
  readonly sync?: ApplicationStatus["sync"];
  readonly health?: ApplicationStatus["health"];
}

export interface FaultyWorld extends AgentWorld {
  readonly proxy: FaultProxy;
}

export interface WorldOptions {
  /** Puts a fault proxy before the API server. */
  readonly proxy?: boolean;
  /** What becomes of the world's namespaces in the end, `deleted` unless said otherwise. Tests with hundreds of worlds only empty them. */
  readonly namespaces?: "deleted" | "emptied";
}

/** A world that ends with the test. */
export async function agentWorld(options: WorldOptions & { readonly proxy: true }): Promise<FaultyWorld>;
export async function agentWorld(options?: WorldOptions): Promise<AgentWorld>;
export async function agentWorld(options?: WorldOptions): Promise<AgentWorld> {
  const world = await createAgentWorld(options);
  onTestFinished(() => world.dispose());
  return world;
}

/** The same for `beforeAll`: whoever asked disposes of it. */
export async function createAgentWorld(options: WorldOptions & { readonly proxy: true }): Promise<FaultyWorld>;
export async function createAgentWorld(options?: WorldOptions): Promise<AgentWorld>;
export async function createAgentWorld(options: WorldOptions = {}): Promise<AgentWorld> {
  const cluster = await sharedKubernetes();
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  const kube = createKube({ connection });
  const kubernetesVersion = await kube.version(new AbortController().signal);
  const controlPlane = new TestControlPlane(systemClock, randomClusterId());
  const namespace = `t-${randomBytes(4).toString("hex")}`;
  const agentNamespace = `${namespace}-agent`;
  await createNamespace(kube, namespace);
  const proxy = options.proxy ? await startFaultProxy(cluster) : undefined;

  const agents = new Set<AgentProcess>();
  const defaultKubeconfig = proxy?.kubeconfig ?? cluster.kubeconfig;
  const launch: AgentWorld["launchAgent"] = async ({ kubeOptions, kubeconfig = defaultKubeconfig, ...over } = {}) => {
    const own = createKube({ connection: await kubeconfigConnection(kubeconfig), ...kubeOptions });
    const deps: AgentDeps = {
      kube: own,
      enrolment: controlPlane.enrolment,
      connect: controlPlane.connect,
      clock: systemClock,
      random: Math.random,
      log: createLog("agent", process.env["TEST_LOG"] ? "debug" : "silent"),
      namespace: agentNamespace,
      // A restarted container has the name of the one before, and takes its Lease at once.
      holder: "agent-0",
      enrolmentToken: token,
      agentVersion: "0.1.0",
      kubernetesVersion,
      ...over,
    };
    const agent = launchAgent(deps, own);
    agents.add(agent);
    return agent;
  };

  const assignments = new Map<string, Assignment>();
  const kinds = new Set<string>();
  const assign: AgentWorld["assign"] = (objects, over = {}) => {
    for (const { kind } of objects) kinds.add(String(kind));
    const application = over.application ?? "shop";
    const generation = (assignments.get(application)?.generation ?? 0) + 1;
    assignments.set(application, assignment(controlPlane.bundle(objects), { namespace, generation, ...over }));
    controlPlane.assign(...assignments.values());
    return generation;
  };
  const settled: AgentWorld["settled"] = ({ application = "shop", sync = "Synced", health = "Healthy" } = {}, withinMs = 30_000) =>
    waitUntil(
      `${application} is ${sync} and ${health}`,
      () => {
        const status = controlPlane.status(application);
        const isNewest = status?.generation === assignments.get(application)?.generation;
        if (status && isNewest && status.sync === sync && status.health === health) return status;
        throw new Error(JSON.stringify(status));
      },
      withinMs,
    );

  return {
    cluster,
    namespace,
    agentNamespace,
    group: `${namespace}.example.com`,
    controlPlane,
    kube,
    proxy,
    launchAgent: launch,
    startAgent: async (over) => {
      const { started, stop, kill } = await launch(over);
      return { ...(await started), stop, kill };
    },
    assign,
    assigned: () => [...assignments.values()],
    settled,
    run: (objects, over) => {
      assign(objects, over);
      return settled({ application: over?.application ?? "shop" });
    },
    kubectl: (...args) => cluster.kubectl(["-n", namespace, ...args]),
    dispose: async () => {
      await Promise.all([...agents].map((agent) => agent.stop()));
      if (options.namespaces === "emptied") await emptyNamespaces(kube, [namespace, agentNamespace]);
      else await deleteWorld(kube, { namespace, clusterId: controlPlane.cluster, applications: [...assignments.keys()], kinds });
      await Promise.all([kube.close(), proxy?.stop()]);
    },
  };
}

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };

async function createNamespace(kube: RealKube, name: string): Promise<void> {
  const ref = { resource: namespaces, namespace: undefined, name };
  await kube.create(ref, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, new AbortController().signal);
}

const letters = "abcdefghijklmnopqrstuvwxyz234567";
const randomClusterId = (): ClusterId => parseClusterId(Array.from({ length: 26 }, () => letters[randomInt(letters.length)]).join(""));
