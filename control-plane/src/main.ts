import { readFileSync } from "node:fs";
import { DroverError, errorChain, toDroverError } from "@drover/kit";
import { createLog, Lifecycle } from "@drover/kit/node";
import packageJson from "../package.json" with { type: "json" };
import { startTracing } from "./adapters/telemetry/start-tracing.ts";
import { armFailpoint } from "./app/failpoint.ts";
import { type Config, parseConfig } from "./config.ts";
import { bootstrapSecrets } from "./start/bootstrap-secrets.ts";
import type { Running } from "./start/control-plane.ts";
import { openInstallation } from "./start/installation.ts";

/** `server` runs the control plane until SIGTERM or SIGINT; `bootstrap` makes keys, certificates and nats.conf, and ends. */
async function main(command: string | undefined): Promise<void> {
  if (command === "--version") return void say(`drover-control-plane ${packageJson.version}`);
  const config = parseConfig(process.env, (path) => readFileSync(path, "utf8"));
  if (command === "bootstrap") return bootstrap(config);
  if (command === "server") return serve(config);
  throw new DroverError("invalid", "COMMAND_UNKNOWN", `there is no command "${command ?? ""}": use server or bootstrap`);
}

async function bootstrap(config: Config): Promise<void> {
  if (config.bootstrapSecrets !== undefined) {
    for (const said of await bootstrapSecrets(config, config.bootstrapSecrets, process.env)) say(said);
    return;
  }
  const { natsConfigFile, certificates } = await openInstallation(config, config.natsListen);
  say(`nats-server -c ${natsConfigFile}    # run it with this configuration, and name it in DROVER_NATS_URLS`);
  say(`certificate authority: ${certificates.caFile}`);
}

async function serve(config: Config): Promise<void> {
  if (config.failpoint !== undefined) armFailpoint(config.failpoint);
  const stopTracing = await startTracing(process.env);
  const log = createLog("drover", config.logLevel);
  const lifecycle = new Lifecycle(log);
  lifecycle.add("tracing", stopTracing);
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, "stopping");
    void lifecycle.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  try {
    const { startControlPlane } = await import("./start/control-plane.ts"); // `bootstrap` needs little of what it loads
    greet(config, await startControlPlane(config, packageJson.version, lifecycle, log));
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

function greet({ listen }: Config, running: Running): void {
  if (running.restPort === 0) return;
  const url = `https://${listen.host}:${running.restPort}`;
  say(`Drover is up: ${url}`);
  say(`  ./drover config set-context local --server ${url} --token-file ${running.tokenFile} --ca-file ${running.caFile}`);
  say(`  fleet repository: ${running.fleetRepository}`);
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

try {
  await main(process.argv[2]);
} catch (error) {
  const known = toDroverError(error);
  process.stderr.write(`drover: ${errorChain(error)} (${known.code})\n`);
  if (known.code === "INTERNAL" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
