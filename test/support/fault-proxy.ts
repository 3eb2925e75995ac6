import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesAccess } from "@drover/tools";
import { kubeCallOf } from "./fault-proxy/kube-call.ts";
import { type Recorded, type Recording, recordingOf } from "./fault-proxy/recorded.ts";
import { type ActiveRule, isMatch, type Matcher, type Rule, Rules } from "./fault-proxy/rules.ts";
import { serve } from "./fault-proxy/serve.ts";
import { openUpstream } from "./fault-proxy/upstream.ts";

/** A proxy in front of a real API server that goes wrong as it is told, and remembers every request. */
export interface FaultProxy {
  /** The cluster's administrator by way of the proxy. Plain http on this machine. */
  readonly kubeconfig: string;
  /** The same for another kubeconfig file of this cluster, such as a service account's. */
  kubeconfigLike(file: string): Promise<string>;
  /** In the order in which they came. */
  readonly requests: readonly Recorded[];
  count(matcher: Matcher): number;
  addRule(rule: Rule): ActiveRule;
  /** Ends the rules, not what they did: a request that hangs goes on hanging. */
  clear(): void;
  /** Cuts the watches that are open. Clients make them anew, under the rules that are in force then. */
  cutWatches(): void;
  stop(): Promise<void>;
}

export async function startFaultProxy(kubernetes: KubernetesAccess): Promise<FaultProxy> {
  const folder = await mkdtemp(join(tmpdir(), "drover-fault-proxy-"));
  const upstream = await openUpstream(kubernetes);
  const rules = new Rules();
  const requests: Recording[] = [];
  const watches = new Set<ServerResponse>();
  const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    const recording = recordingOf(kubeCallOf(request), request);
    requests.push(recording);
    if (recording.verb === "watch") {
      watches.add(response);
      response.once("close", () => watches.delete(response));
    }
    // A client that has gone, or an API server that cut us off: either way there is nobody to answer.
    serve({ request, response, recording, rules, upstream }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let files = 0;
  const kubeconfigLike = async (file: string): Promise<string> => {
    const own = join(folder, `kubeconfig-${(files += 1)}`);
    await writeFile(own, viaProxy(await readFile(file, "utf8"), address), { mode: 0o600 });
    return own;
  };
  return {
    kubeconfig: await kubeconfigLike(kubernetes.kubeconfig),
    kubeconfigLike,
    requests,
    count: (matcher) => requests.filter((call) => isMatch(matcher, call)).length,
    addRule: (rule) => rules.add(rule),
    clear: () => rules.clear(),
    cutWatches: () => {
      for (const response of watches) response.destroy();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Plain http is only accepted where it is said that nothing checks certificates. */
function viaProxy(kubeconfig: string, address: string): string {
  const config = JSON.parse(kubeconfig) as { clusters: { name: string; cluster: object }[] };
  const clusters = config.clusters.map(({ name }) => ({ name, cluster: { server: address, "insecure-skip-tls-verify": true } }));
  return JSON.stringify({ ...config, clusters });
}
