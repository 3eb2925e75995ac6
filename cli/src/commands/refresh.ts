import { DroverError, plural } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";
import { ProgressBar } from "../output/progress-bar.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";

interface RefreshOptions {
  readonly cluster?: string;
  readonly environment?: string;
  readonly output?: OutputForm;
}

interface Refreshed {
  readonly cluster: string;
  readonly sync?: string;
  readonly health?: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly error?: string;
}

/** Agents asked at a time: each question waits in the server for its answer. */
const atOnce = 8;

/** `drover refresh web --cluster eu-1`, `drover sync web -e production`; `sync` and `reconcile` are what argocd and flux call it. */
export function refreshCommand(program: Command, cli: Cli): void {
  program
    .command("refresh")
    .aliases(["sync", "reconcile"])
    .description("have agents compare everything anew now, and sync where their policy says so")
    .argument("<application>")
    .option("--cluster <name>", "on this cluster")
    .option("-e, --environment <name>", "on every cluster of this environment")
    .addOption(outputOption())
    .action(async (application: string, { cluster, environment, output }: RefreshOptions, command: Command) => {
      const client = clientFor(cli, command);
      if ((cluster === undefined) === (environment === undefined)) command.error("error: say either --cluster or --environment");
      const clusters = cluster === undefined ? await clustersWith(client, application, environment) : [cluster];
      const done = await refreshAll(cli, client, application, clusters, cluster !== undefined);
      if (output !== undefined && output !== "wide")
        cli.out(formatObject(cluster === undefined ? { kind: "List", items: done } : done[0], output));
      else for (const one of done) cli.out(`${application} on ${one.cluster}: ${wordsOf(one)}\n`);
      if (done.some(({ error }) => error !== undefined)) cli.setExitCode(1);
    });
}

async function clustersWith(client: Client, application: string, environment: string | undefined): Promise<readonly string[]> {
  const found = await allPages((pageToken) => client("listAssignments", { query: { application, environment, pageSize: 500, pageToken } }));
  if (found.length > 0) return found.map(({ cluster }) => cluster);
  await refuseUnknownNames(client, { application, environment });
  throw new DroverError("not-found", "RESOURCE_NOT_FOUND", `refresh ${application}: no cluster of ${environment ?? ""} has it`);
}

/** One that does not answer does not keep the others from it. */
async function refreshAll(
  cli: Cli,
  client: Client,
  application: string,
  clusters: readonly string[],
  alone: boolean,
): Promise<readonly Refreshed[]> {
  const bar = new ProgressBar(cli, `refreshing ${plural(clusters.length, "cluster")}`, clusters.length);
  const done: Refreshed[] = [];
  const waiting = [...clusters];
  const work = async (): Promise<void> => {
    for (let cluster = waiting.shift(); cluster !== undefined; cluster = waiting.shift()) {
      const asked = client("refreshApplication", { params: { cluster, application }, body: {} });
      done.push(
        alone
          ? { cluster, ...(await asked) }
          : await asked.then(
              (state) => ({ cluster, ...state }),
              (error: unknown) => ({ cluster, error: error instanceof Error ? error.message : String(error) }),
            ),
      );
      bar.show(done.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, clusters.length) }, work));
  bar.end();
  return done.toSorted((left, right) => (left.cluster < right.cluster ? -1 : 1));
}

function wordsOf({ sync, health, reason, message, error }: Refreshed): string {
  if (error !== undefined) return error;
  const because = [reason, message].filter((part) => part !== undefined).join(": ");
  return `${sync ?? ""}, ${health ?? ""}${because && ` (${because})`}`;
}
