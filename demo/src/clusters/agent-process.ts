import { join } from "node:path";
import { nodeFlags, processEnvironment } from "@drover/agent";
import { type ServerProcess, startServerProcess } from "@drover/tools";
import type { LiveCluster } from "./live-cluster.ts";

/** Where the agent keeps its state in its cluster, as the chart installs it. */
export const agentNamespace = "drover-system";

export interface Enrolment {
  readonly apiUrl: string;
  readonly caFile: string;
  /** Good for one enrolment. */
  readonly token: string;
}

interface AgentOptions {
  readonly bundle: string;
  readonly cluster: Pick<LiveCluster, "plan" | "agentAccess">;
  readonly enrolment: Enrolment;
  readonly logFolder: string;
}

/** Starts the agent of one cluster: the same program that runs in clusters, outside of this one. */
export const startAgent = ({ bundle, cluster, enrolment, logFolder }: AgentOptions): ServerProcess =>
  startServerProcess({
    name: `the agent of ${cluster.plan.name}`,
    file: process.execPath,
    args: [...nodeFlags, bundle],
    logFile: join(logFolder, `agent-${cluster.plan.name}.log`),
    stopSignal: "SIGTERM",
    env: {
      ...processEnvironment,
      PATH: process.env["PATH"],
      DROVER_API_URL: enrolment.apiUrl,
      DROVER_CA_FILE: enrolment.caFile,
      DROVER_ENROLMENT_TOKEN: enrolment.token,
      DROVER_NAMESPACE: agentNamespace,
      DROVER_LOG_LEVEL: "info",
      ...cluster.agentAccess,
    },
  });
