import { DroverError, plural } from "@drover/kit";
import type { Client, Removal } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";

interface RemoveOptions extends DryRunOptions {
  readonly environment?: string;
  readonly delete?: boolean;
  readonly orphan?: boolean;
  readonly reason: string;
  readonly yes: boolean;
}

/** `drover application remove web --environment staging --delete -m "…"`. */
export function applicationCommand(program: Command, cli: Cli): void {
  const remove = program.command("application").description("take applications away").command("remove");
  fateOptions(remove)
    .description(
      "remove an application from an environment, or everywhere; agents carry it out, and `drover get removals` shows who has not yet",
    )
    .argument("<name>")
    .option("-e, --environment <name>", "from this one alone")
    .action(async (application: string, options: RemoveOptions, command: Command) => {
      const { environment, reason } = options;
      if (options.delete !== true && options.orphan !== true)
        throw new DroverError("invalid", "OPTION_INVALID", "remove an application: say what becomes of its objects, --delete or --orphan");
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const client = clientFor(cli, command);
      const deletionPolicy = policyOf(options);
      if (deletionPolicy === "Delete") await confirmLosses(cli, await losses(client, { application, environment }), application, options);
      const { items } = await client("removeApplication", {
        params: { application },
        query,
        body: { environment, deletionPolicy, reason },
      });
      printRemovals(cli, items, { name: application, how });
    });
}

/** `drover cluster remove eu-1 -m "…"`: orphans what runs there unless told to delete it. */
export function addClusterRemove(cluster: Command, cli: Cli): void {
  fateOptions(cluster.command("remove"))
    .description("remove a cluster from the fleet; its identity ends when its agent has let go of everything")
    .argument("<name>")
    .action(async (name: string, options: RemoveOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const client = clientFor(cli, command);
      const deletionPolicy = policyOf(options);
      if (deletionPolicy === "Delete") await confirmLosses(cli, await losses(client, { cluster: name }), name, options);
      const { items } = await client("removeCluster", {
        params: { cluster: name },
        query,
        body: { deletionPolicy, reason: options.reason },
      });
      printRemovals(cli, items, { name, how });
    });
}

const fateOptions = (command: Command): Command =>
  command
    .addOption(new Option("--delete", "delete the objects").conflicts("orphan"))
    .addOption(new Option("--orphan", "leave the objects as nobody's"))
    .requiredOption("-m, --reason <text>", "why; kept in git and in the audit record")
    .option("--yes", "with --delete: do not ask", false)
    .addOption(dryRunOption());

const policyOf = (options: RemoveOptions): "Delete" | "Orphan" => (options.delete === true ? "Delete" : "Orphan");

interface Loss {
  readonly cluster: string;
  readonly application: string;
  readonly objects: number | undefined;
}

/** What would be deleted, as agents last counted it. */
async function losses(
  client: Client,
  of: { application?: string; environment?: string | undefined; cluster?: string },
): Promise<readonly Loss[]> {
  const [assignments, statuses] = await Promise.all([
    allPages((pageToken) => client("listAssignments", { query: { ...of, pageSize: 500, pageToken } })),
    allPages((pageToken) => client("listStatuses", { query: { ...of, pageSize: 500, pageToken } })),
  ]);
  const objects = new Map(statuses.map((status) => [`${status.cluster} ${status.application}`, status.objects]));
  return assignments
    .filter(({ state, deletionPolicy }) => state !== "Withdrawn" || deletionPolicy === undefined)
    .map(({ cluster, application }) => ({ cluster, application, objects: objects.get(`${cluster} ${application}`) }));
}

/** Deleting over a whole fleet is one word too easy: the name has to be typed, or --yes be given. */
function confirmLosses(cli: Cli, all: readonly Loss[], name: string, { yes, dryRun }: RemoveOptions): Promise<void> {
  const total = all.reduce((sum, { objects = 0 }) => sum + objects, 0);
  const isKnown = all.every(({ objects }) => objects !== undefined);
  const consequences = [
    `This deletes ${isKnown ? plural(total, "object") : "objects of which some are not counted"}:`,
    ...all.map(
      ({ cluster, application, objects }) => `  cluster/${cluster} application/${application}: ${objects ?? "nobody has counted them"}`,
    ),
  ];
  return confirm(cli, { what: `remove ${name}`, consequences, yes: yes || dryRun === "server", typed: name });
}

function printRemovals(cli: Cli, removals: readonly Removal[], { name, how }: { readonly name: string; readonly how: string }): void {
  if (removals.length === 0) cli.out(`${name} removed${how}\n`);
  for (const { kind, application, environment, cluster, deletionPolicy } of removals) {
    const what = kind === "Cluster" ? `cluster/${cluster ?? ""}` : `application/${application ?? ""} in ${environment ?? ""}`;
    cli.out(`${what} is being removed (${deletionPolicy}); \`drover get removals\` shows for whom it waits${how}\n`);
  }
}
