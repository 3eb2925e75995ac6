import { parentPort } from "node:worker_threads";
import { type Ears, type Entry, enrolSimulatedAgent, type SimulatedAgent } from "./simulated-agent.ts";

// The simulated agents of one thread. It says nothing while they work, so that it measures them and not its own messages.

export type Request =
  | { readonly kind: "enrol"; readonly entry: Entry }
  | { readonly kind: "await"; readonly revision: string }
  | { readonly kind: "ping" };

export type Reply =
  | { readonly kind: "enrolled" }
  /** Every agent of the thread has had its report of the revision acknowledged: when, each. */
  | { readonly kind: "acknowledged"; readonly revision: string; readonly at: readonly number[] }
  /** How long each agent's round trip to nats-server took, all sent at once. */
  | { readonly kind: "pinged"; readonly ms: readonly number[] }
  | { readonly kind: "failed"; readonly message: string };

const agents: SimulatedAgent[] = [];
/** By revision and cluster, the first acknowledgement since the revision was asked for. */
let awaited: { readonly revision: string; readonly at: Map<string, number> } | undefined;

const reply = (message: Reply): void => parentPort?.postMessage(message);

const ears: Ears = {
  acknowledged: (cluster, at, revisions) => {
    if (awaited === undefined || !revisions.includes(awaited.revision) || awaited.at.has(cluster)) return;
    awaited.at.set(cluster, at);
    if (awaited.at.size === agents.length) reply({ kind: "acknowledged", revision: awaited.revision, at: [...awaited.at.values()] });
  },
  failed: (error) => reply({ kind: "failed", message: error.message }),
};

const handle = async (request: Request): Promise<void> => {
  switch (request.kind) {
    case "enrol":
      agents.push(await enrolSimulatedAgent(request.entry, ears));
      return reply({ kind: "enrolled" });
    case "await":
      awaited = { revision: request.revision, at: new Map() };
      return;
    case "ping": {
      const start = performance.now();
      const roundTrip = async (agent: SimulatedAgent): Promise<number> => {
        await agent.ping();
        return performance.now() - start;
      };
      return reply({ kind: "pinged", ms: await Promise.all(agents.map(roundTrip)) });
    }
  }
};

parentPort?.on("message", (request: Request) => void handle(request).catch(ears.failed));
