import { join } from "node:path";
import { agentBundle, type LiveCluster, startMemoryClusters } from "@drover/demo";
import { startServerProcess } from "@drover/tools";
import type { Replica, TestControlPlane } from "./control-plane.ts";
import { waitUntil } from "./wait-until.ts";

export interface RealAgent {
  readonly cluster: LiveCluster;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The bundled agent, enrolled and reporting, on a cluster in memory that another process holds. */
export async function startRealAgent(
  { folder, caFile }: Pick<TestControlPlane, "folder" | "caFile">,
  replica: Pick<Replica, "apiUrl" | "client">,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RealAgent> {
  const bundle = await agentBundle();
  const plan = { name, environment: "production", wave: undefined, kind: "memory", labels: {} } as const;
  const { clusters, stop } = await startMemoryClusters([plan], folder, AbortSignal.timeout(30_000));
  const [cluster] = clusters as readonly [LiveCluster];
  const { token } = await replica.client()("createEnrolmentToken", { params: { cluster: name }, body: { ttl: "10m" } });
  const agent = startServerProcess({
    name: `the agent of ${name}`,
    file: process.execPath,
    args: [bundle],
    logFile: join(folder, `agent-${name}.log`),
    stopSignal: "SIGTERM",
    env: { ...env, ...cluster.agentAccess, DROVER_API_URL: replica.apiUrl, DROVER_CA_FILE: caFile, DROVER_ENROLMENT_TOKEN: token },
  });
  const api = replica.client();
  const isMember = async (): Promise<boolean> => (await api("getCluster", { params: { cluster: name } })).state === "Connected";
  await waitUntil(`${name} is a member`, isMember, 30_000);
  return {
    cluster,
    pid: agent.pid,
    async stop() {
      await agent.stop();
      await stop();
    },
  };
}
