import { readFile } from "node:fs/promises";
import { errorChain, Secret, toDroverError } from "@drover/kit";
import { createLog, Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { type ApiTrust, createEnrolmentApi } from "./adapters/http/enrolment-api.ts";
import { serveHealth } from "./adapters/http/health-server.ts";
import { createNatsLink } from "./adapters/nats/connect.ts";
import { startTelemetry } from "./adapters/telemetry/start.ts";
import { type Agent, startAgent } from "./app/agent.ts";
import { checkInstallation } from "./app/check-installation.ts";
import { type AgentConfig, parseAgentConfig, type TextSource, type TrustSource } from "./config.ts";
import { openCluster } from "./open-cluster.ts";
import { agentVersion } from "./version.ts";

const stopWithinMs = 4_500;
const checkWithinMs = 120_000;

async function main(): Promise<void> {
  const config = parseAgentConfig(process.env);
  const log = createLog("drover-agent", config.logLevel);
  const lifecycle = new Lifecycle(log, stopWithinMs);
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const)
    process.once(name, () => {
      stopping.abort();
      // Whatever hangs: what was not finished is found again at the next start.
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      void lifecycle.stop().then(() => process.exit(0));
    });
  try {
    await start(config, lifecycle, log, stopping.signal);
  } catch (thrown) {
    if (stopping.signal.aborted) return;
    log.error({ err: toDroverError(thrown) }, "the agent could not start");
    await lifecycle.stop();
    process.exit(1);
  }
}

async function start(config: AgentConfig, lifecycle: Lifecycle, log: Log, signal: AbortSignal): Promise<void> {
  lifecycle.add("telemetry", await startTelemetry(process.env, log));
  let agent: Agent | undefined;
  if (config.healthPort !== undefined) {
    const health = await serveHealth(config.healthPort, () => agent);
    lifecycle.add("health", () => health.close());
  }
  const cluster = await openCluster(config.cluster, process.env, signal);
  lifecycle.add("cluster", () => cluster.close());
  const shared = { clock: systemClock, random: Math.random, log, agentVersion };
  const started = await startAgent({
    ...shared,
    kube: cluster.kube,
    kubernetesVersion: cluster.kubernetesVersion,
    enrolment: createEnrolmentApi(config.apiUrl, await readTrust(config.trust)),
    connect: createNatsLink(shared),
    namespace: config.namespace,
    holder: config.holder,
    enrolmentToken: config.enrolmentToken && (await readText(config.enrolmentToken)),
    signal,
  });
  agent = started;
  lifecycle.add("agent", () => started.stop());
  void started.replaced.then(async () => {
    log.error(
      { holder: config.holder },
      "another agent has taken over this cluster; this process ends, so that it begins anew and waits its turn",
    );
    await lifecycle.stop();
    process.exit(1);
  });
}

/** `drover-agent check`: what `helm test` runs beside an agent, in a pod with the same settings. */
async function check(): Promise<void> {
  const config = parseAgentConfig(process.env);
  const signal = AbortSignal.timeout(checkWithinMs);
  const cluster = await openCluster(config.cluster, process.env, signal);
  const enrolment = createEnrolmentApi(config.apiUrl, await readTrust(config.trust));
  const findings = await checkInstallation({ kube: cluster.kube, enrolment, namespace: config.namespace, clock: systemClock }, signal);
  for (const { what, problem } of findings) process.stdout.write(problem === undefined ? `ok   ${what}\n` : `FAIL ${what}: ${problem}\n`);
  await cluster.close();
  process.exitCode = findings.every(({ problem }) => problem === undefined) ? 0 : 1;
}

/** The chart's token Secret may be gone once the agent is enrolled. */
async function readText(source: TextSource): Promise<Secret | undefined> {
  if (source.kind === "value") return source.value;
  try {
    return new Secret((await readFile(source.path, "utf8")).trim());
  } catch {
    return undefined;
  }
}

const readTrust = async (trust: TrustSource): Promise<ApiTrust> =>
  trust.kind === "ca-file" ? { kind: "ca", pem: await readFile(trust.path, "utf8") } : trust;

async function run(command: string | undefined): Promise<void> {
  if (command === "--version") process.stdout.write(`drover-agent ${agentVersion}\n`);
  else if (command === "check") await check();
  else await main();
}

await run(process.argv[2]).catch((thrown: unknown) => {
  process.stderr.write(`drover-agent: ${errorChain(thrown)}\n`);
  process.exit(2);
});
