import { createKube, type Kube, type KubeObject, kubeconfigConnection, type ListOptions, type ObjectRef, startAgent } from "@drover/agent";
import { createLog, systemClock } from "@drover/kit/node";
import type { ApplicationStatus, Assignment } from "@drover/proto/wire";
import { TestControlPlane } from "../../../../agent/test/support/control-plane.ts";
import { assignment, changed, token } from "../../../../agent/test/support/fleet.ts";

// An agent in a process of its own, with a control plane beside it, so that only the work in the cluster is measured. It is told
// what to keep by messages of its parent and says every change of its status.

export type ToAgent =
  /** Renders what the next `assign` puts in force: nothing that an agent does. */
  | { readonly kind: "prepare"; readonly namespace: string; readonly objects: readonly KubeObject[] }
  | { readonly kind: "assign" }
  | { readonly kind: "usage" }
  | { readonly kind: "stop" };

export interface AgentUsage {
  readonly kind: "usage";
  readonly cpuMs: number;
  /** Of the API server since the start, the agent's own Lease, Secrets and notices left out. */
  readonly requests: number;
}

export interface AgentSays {
  readonly kind: "status";
  readonly generation: number;
  readonly sync: string;
  readonly health: string;
  readonly objects: number;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** Why the objects that it names are not as they should be. */
  readonly failing: readonly string[];
}

export type FromAgent = AgentUsage | AgentSays | { readonly kind: "ready" };

const [kubeconfig = "", agentNamespace = ""] = process.argv.slice(2);
const say = (message: FromAgent): void => void process.send?.(message);
const controlPlane = new TestControlPlane(systemClock);
const kube = createKube({ connection: await kubeconfigConnection(kubeconfig) });
let requests = 0;
let generation = 0;
let prepared: Assignment | undefined;
let told = "";

/** Counts what is asked about anything but the agent itself. */
function counting(under: Kube): Partial<Kube> {
  const count = (namespace: string | undefined): void => void (requests += namespace === agentNamespace ? 0 : 1);
  const ofObject =
    <Rest extends readonly unknown[], T>(call: (ref: ObjectRef, ...rest: Rest) => T) =>
    (ref: ObjectRef, ...rest: Rest): T => {
      count(ref.namespace);
      return call(ref, ...rest);
    };
  const view = (options: ListOptions): void => count(options.namespace);
  return {
    apply: ofObject(under.apply),
    create: ofObject(under.create),
    replace: ofObject(under.replace),
    replaceManagedFields: ofObject(under.replaceManagedFields),
    get: ofObject(under.get),
    delete: ofObject(under.delete),
    list: (resource, options, signal) => {
      view(options);
      return under.list(resource, options, signal);
    },
    watch: (resource, options, version, signal) => {
      view(options);
      return under.watch(resource, options, version, signal);
    },
  };
}

const agent = await startAgent({
  kube: changed(kube, counting),
  enrolment: controlPlane.enrolment,
  connect: controlPlane.connect,
  clock: systemClock,
  random: Math.random,
  log: createLog("agent", "silent"),
  namespace: agentNamespace,
  holder: "bench",
  enrolmentToken: token,
  agentVersion: "0.1.0",
  kubernetesVersion: await kube.version(AbortSignal.timeout(10_000)),
});
function tell(status: ApplicationStatus | undefined): void {
  if (!status) return;
  const { sync, health, objects, reason, message } = status;
  const failing = status.failing.map((one) => `${one.reason}: ${one.message}`);
  const says: AgentSays = { kind: "status", generation: status.generation, sync, health, objects, reason, message, failing };
  if (JSON.stringify(says) === told) return;
  told = JSON.stringify(says);
  say(says);
}
controlPlane.onReport = ({ applications }): void => tell(applications[0]);
// What was stored before is not this control plane's to hear of, so it is looked at until something new is assigned.
const looking = setInterval(() => tell(agent.statuses()[0]), 20);
process.on("message", (command: ToAgent) => {
  switch (command.kind) {
    case "prepare":
      generation += 1;
      prepared = assignment(controlPlane.bundle(command.objects), { namespace: command.namespace, generation });
      return;
    case "assign":
      clearInterval(looking);
      if (prepared) controlPlane.assign(prepared);
      return;
    case "usage": {
      const { user, system } = process.cpuUsage();
      say({ kind: "usage", cpuMs: (user + system) / 1000, requests });
      return;
    }
    case "stop":
      void agent.stop().then(() => process.exit(0));
  }
});
say({ kind: "ready" });
