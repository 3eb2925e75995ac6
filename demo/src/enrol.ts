import type { Client } from "@drover/proto/rest";
import type { ServerProcess } from "@drover/tools";
import { startAgent } from "./clusters/agent-process.ts";
import type { LiveCluster } from "./clusters/live-cluster.ts";
import type { ControlPlane } from "./control-plane.ts";

export interface Agents {
  /** Registers the cluster, takes a token for it and starts its agent. Answers the cluster's id. */
  enrol(api: Client, cluster: LiveCluster): Promise<string>;
  stop(): Promise<void>;
}

const stopGraceMs = 5_000;

/** The agents of the fleet, one process each. `bundle` is their program. */
export function createAgents(controlPlane: ControlPlane, bundle: string, logFolder: string): Agents {
  const running: ServerProcess[] = [];
  return {
    enrol: async (api, cluster) => {
      const { name, labels } = cluster.plan;
      const { id } = await api("createCluster", { body: { name, labels, reason: "joins the fleet of the demo" } });
      const { token } = await api("createEnrolmentToken", { params: { cluster: name }, body: { ttl: "10m" } });
      const enrolment = { apiUrl: controlPlane.apiUrl, caFile: controlPlane.caFile, token };
      running.push(startAgent({ bundle, cluster, enrolment, logFolder }));
      return id;
    },
    stop: async () => void (await Promise.all(running.map((agent) => agent.stop(stopGraceMs)))),
  };
}
