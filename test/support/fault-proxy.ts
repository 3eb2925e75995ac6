import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesAccess } from "@drover/tools";
import { alteredBody, refuse } from "./fault-proxy/answers.ts";
import { kubeCallOf } from "./fault-proxy/kube-call.ts";
import { passWatch } from "./fault-proxy/pass-watch.ts";
import { type Recorded, type Recording, recordingOf } from "./fault-proxy/recorded.ts";
import { type ActiveRule, isMatch, type Matcher, type Rule, Rules } from "./fault-proxy/rules.ts";
import { openUpstream, type Upstream } from "./fault-proxy/upstream.ts";

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

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly recording: Recording;
  readonly rules: Rules;
  readonly upstream: Upstream;
}

async function serve(exchange: Exchange): Promise<void> {
  const { request, response, recording, rules } = exchange;
  const body = await buffer(request);
  const rule = rules.forRequest(recording);
  if (rule === undefined) return pass(exchange, body, undefined);
  const { fault } = rule;
  recording.fault = fault.kind;
  switch (fault.kind) {
    case "status":
      recording.status = fault.status;
      return refuse(response, fault);
    case "hang":
      return undefined;
    case "refuse":
      return void response.destroy();
    case "silent-watch":
      recording.status = 200;
      return void response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    case "crash-before":
      await fault.crash();
      return void response.destroy();
    case "delay":
      await delay(fault.ms);
      return pass(exchange, body, undefined);
    case "partial-discovery":
      if (fault.style === "503") return passUnaggregated(exchange, body, fault.group);
      return pass(exchange, body, rule);
    default:
      return pass(exchange, body, rule);
  }
}

/** As a server that knows no aggregated discovery, one group of which is down. */
async function passUnaggregated(exchange: Exchange, body: Buffer, group: string): Promise<void> {
  const { request, response, recording } = exchange;
  if (recording.verb === "discover" && recording.group === group) {
    recording.status = 503;
    return refuse(response, { kind: "status", status: 503 });
  }
  request.headers.accept = "application/json";
  return pass(exchange, body, undefined);
}

const staleLists = new WeakMap<ActiveRule, Buffer>();

async function pass(
  { request, response, recording, rules, upstream }: Exchange,
  body: Buffer,
  rule: ActiveRule | undefined,
): Promise<void> {
  const answer = await upstream.send(recording, request.headers, body);
  response.once("close", () => answer.destroy());
  if (recording.verb === "watch" && answer.statusCode === 200) {
    recording.status = 200;
    response.writeHead(200, { "content-type": answer.headers["content-type"] }).flushHeaders();
    const cut = rule?.fault.kind === "cut" ? { cutAfterBytes: rule.fault.afterBytes } : {};
    return passWatch({ answer, response, recording, rules, ...cut });
  }
  const { "transfer-encoding": _, "content-length": __, connection: ___, "keep-alive": ____, ...headers } = answer.headers;
  const begin = (): ServerResponse => response.writeHead((recording.status = answer.statusCode ?? 502), headers);
  // As it comes: the log of a container may go on for ever.
  if (rule === undefined) return void (await pipeline(answer, begin()));
  const said = await buffer(answer);
  switch (rule.fault.kind) {
    case "crash-after":
      await rule.fault.crash();
      return void response.destroy();
    case "cut":
      return void begin().write(said.subarray(0, rule.fault.afterBytes), () => response.destroy());
    case "stale-list":
      if (!staleLists.has(rule)) staleLists.set(rule, said);
      return void begin().end(staleLists.get(rule));
    default:
      return void begin().end(alteredBody(rule.fault, said));
  }
}

/** Plain http is only accepted where it is said that nothing checks certificates. */
function viaProxy(kubeconfig: string, address: string): string {
  const config = JSON.parse(kubeconfig) as { clusters: { name: string; cluster: object }[] };
  const clusters = config.clusters.map(({ name }) => ({ name, cluster: { server: address, "insecure-skip-tls-verify": true } }));
  return JSON.stringify({ ...config, clusters });
}
