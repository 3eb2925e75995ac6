import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { toDroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { type Cli, clientFor } from "../cli.ts";
import { contextPath, readContexts } from "../contexts.ts";
import { ProgressBar } from "../output/progress-bar.ts";
import { recentEvents } from "../resources/recent-events.ts";
import { redacted } from "../support-bundle/redact.ts";
import { tarOf } from "../support-bundle/tar.ts";

/** Enough to see what goes on, of a fleet of any size. */
const mostRows = 200;
const mostEvents = 1_000;

type Question = (client: Client) => Promise<unknown>;

/** One file each. What cannot be had is told in its place, and the others are had all the same. */
const questions: Readonly<Record<string, Question>> = {
  "server-version": (client) => client("getVersion"),
  readiness: (client) => client("getReadiness", { query: { verbose: "1" } }),
  whoami: (client) => client("whoAmI"),
  "fleet-summary": (client) => client("getFleetSummary"),
  "fleet-problems": (client) => client("listFleetProblems", { query: { pageSize: mostRows } }),
  events: (client) => recentEvents(client, {}, mostEvents),
  rollouts: (client) => client("listRollouts", { query: { pageSize: mostRows } }),
  promotions: (client) => client("listPromotions", { query: { pageSize: mostRows } }),
  "unhealthy-statuses": (client) => client("listStatuses", { query: { health: "Degraded", pageSize: mostRows } }),
  "offline-clusters": (client) => client("listClusters", { query: { state: "Offline", pageSize: mostRows } }),
  environments: (client) => client("listEnvironments", { query: { pageSize: mostRows } }),
  quarantines: (client) => client("listQuarantines", { query: { pageSize: mostRows } }),
  removals: (client) => client("listRemovals", { query: { pageSize: mostRows } }),
  "break-glass": (client) => client("listBreakGlass", { query: { pageSize: mostRows } }),
  stop: (client) => client("getStop"),
};

/** `drover support-bundle`: a tar.gz to send to somebody who helps. Nothing in it opens a door. */
export function supportBundleCommand(program: Command, cli: Cli): void {
  program
    .command("support-bundle")
    .description("write versions, contexts without tokens, problems, recent events, rollouts and the fleet's summary into one tar.gz")
    .option("-f, --file <file>", "where to; - for standard output")
    .action(async ({ file }: { readonly file?: string }, command: Command) => {
      const now = new Date();
      const name = `drover-support-${now.toISOString().replace(/[:.]/g, "-")}`;
      const answers = await gather(cli, clientFor(cli, command));
      const about = { ...clientFacts(cli), collectedAt: now.toISOString() };
      const files = new Map(Object.entries({ client: about, ...answers }).map(([key, value]) => [`${name}/${key}.json`, text(value)]));
      const bundle = await promisify(gzip)(tarOf(files, now));
      if (file === "-") return cli.outBytes?.(bundle);
      const path = file ?? `${name}.tar.gz`;
      await writeFile(path, bundle, { mode: 0o600 });
      cli.out(`${path}\n`);
      return cli.say(
        `${files.size} files, ${bundle.length} bytes. It names your clusters, applications and people; look through it before you send it.`,
      );
    });
}

const text = (value: unknown): string => `${JSON.stringify(redacted(value), null, 2)}\n`;

function clientFacts({ env }: Cli): object {
  return { version: packageJson.version, node: process.version, platform: process.platform, contexts: readContexts(contextPath(env)) };
}

async function gather(cli: Cli, client: Client): Promise<Readonly<Record<string, unknown>>> {
  const all = Object.entries(questions);
  const bar = new ProgressBar(cli, "collecting", all.length);
  const answers: Record<string, unknown> = {};
  for (const [place, [name, ask]] of all.entries()) {
    answers[name] = await ask(client).catch((error: unknown) => {
      const { code, message } = toDroverError(error);
      return { failed: code, message };
    });
    bar.show(place + 1);
  }
  bar.end();
  return answers;
}
