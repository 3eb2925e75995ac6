import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { agentNamespace, type LiveCluster, startAgent } from "@drover/demo";
import { freePort, openKubernetes, type ServerProcess } from "@drover/tools";
import type { Bench } from "../harness/bench.ts";
import type { Installation } from "../installation/start-installation.ts";

/** The agent as it is shipped, one file under the chart's flags, with a service account's token as in a pod. */
export interface ShippedAgent {
  readonly pid: number;
  /** Of the process that runs now. */
  readonly startedAt: number;
  /** Applications that it calls Synced, or undefined while it has not begun. */
  synced(): Promise<number | undefined>;
  untilSynced(applications: number, withinMs: number): Promise<number>;
  /** Ends the process and starts another, which finds in the cluster what that one left. */
  restart(): Promise<void>;
}

const stopGraceMs = 5_000;
const account = "drover-agent";

export async function startShippedAgent(
  bench: Bench,
  installation: Installation,
  bundle: string,
  { plan, ...rest }: LiveCluster,
): Promise<ShippedAgent> {
  const { name, labels } = plan;
  const { api, controlPlane, logs } = installation;
  await api("createCluster", { body: { name, labels, reason: "is measured" } });
  const { token } = await api("createEnrolmentToken", { params: { cluster: name }, body: { ttl: "10m" } });
  const enrolment = { apiUrl: controlPlane.apiUrl, caFile: controlPlane.caFile, token };
  const port = await freePort();
  const agentAccess = { ...(await podAccess(join(bench.folder, name))), DROVER_HEALTH_PORT: String(port) };
  const cluster: LiveCluster = { plan, ...rest, agentAccess };
  let startedAt = 0;
  const start = (): ServerProcess => {
    startedAt = performance.now();
    return startAgent({ bundle, cluster, enrolment, logFolder: logs });
  };
  let running = start();
  bench.lifecycle.add(`agent of ${name}`, () => running.stop(stopGraceMs));

  const synced = async (): Promise<number | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    const count = /^drover_agent_applications\{sync="Synced"\} (\d+)$/m.exec((await answer?.text()) ?? "")?.[1];
    return count === undefined ? undefined : Number(count);
  };
  return {
    get pid() {
      return running.pid;
    },
    get startedAt() {
      return startedAt;
    },
    synced,
    untilSynced: async (applications, withinMs) => {
      for (const giveUpAt = performance.now() + withinMs; ; await sleep(10, undefined, { signal: bench.signal })) {
        if ((await synced()) === applications) return performance.now();
        const ended = running.hasEnded();
        if (ended !== undefined || performance.now() > giveUpAt)
          throw new Error(`the agent of ${name} is not in sync within ${withinMs} ms: ${ended ?? running.lastWords()}`);
      }
    },
    restart: async () => {
      await running.stop(stopGraceMs);
      running = start();
    },
  };
}

/** A service account with the rights of the chart's profile `cluster-admin`, and the files that a kubelet would mount for it. */
async function podAccess(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const { kubectl, server, caFile } = await openKubernetes({ dataDir });
  await kubectl(["create", "namespace", agentNamespace]);
  await kubectl(["create", "serviceaccount", account, "--namespace", agentNamespace]);
  await kubectl(["create", "clusterrolebinding", account, "--clusterrole=cluster-admin", `--serviceaccount=${agentNamespace}:${account}`]);
  const token = await kubectl(["create", "token", account, "--namespace", agentNamespace]);
  const folder = join(dataDir, "service-account");
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, "token"), token.trim(), { mode: 0o600 });
  await writeFile(join(folder, "ca.crt"), await readFile(caFile));
  const { hostname, port } = new URL(server);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, DROVER_SERVICE_ACCOUNT_DIR: folder };
}
