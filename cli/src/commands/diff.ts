import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import { askedPlace } from "../asked-place.ts";
import { type Cli, clientFor } from "../cli.ts";
import { diffManifests } from "../fleet-objects/diff-manifests.ts";
import { fleetClient } from "../fleet-objects/fleet-client.ts";
import { formatDifference } from "../output/difference.ts";
import { isForPeople } from "../output/output-form.ts";
import { wantsColours } from "../output/paint.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";
import { collected, manifestsFrom, refusedHere } from "./apply.ts";

interface DiffOptions {
  readonly cluster?: string;
  readonly serverSide?: boolean;
  readonly filename: readonly string[];
  readonly kind?: string;
  readonly output?: OutputForm;
}

/** `drover diff web --cluster eu-1` asks a cluster, `drover diff -f fleet/` the fleet repository. */
export function diffCommand(program: Command, cli: Cli): void {
  program
    .command("diff")
    .description(
      "what differs between git and a cluster, or between files and the fleet; exit status 0: nothing, 1: something, 2: it failed",
    )
    .argument("[application]")
    .option("--cluster <name>", "the cluster to ask; needed where the application is on several")
    .option("--server-side", "ask the cluster's API server by a dry run, with its defaults and webhooks")
    .option("-f, --filename <path>", "what `drover apply` of this file or folder would change in the fleet repository", collected, [])
    .option("--kind <kind>", "with -f: of documents that neither say it nor have a path that does")
    .addOption(outputOption())
    .action(async (application: string | undefined, options: DiffOptions, command: Command) => {
      cli.setExitCode(failed);
      const { cluster, filename } = options;
      if (filename.length > 0 && application === undefined && cluster === undefined) return diffFiles(cli, options, command);
      if (application === undefined || filename.length > 0)
        throw new DroverError(
          "invalid",
          "OPTION_INVALID",
          "diff: name an application and, where it is on several, its --cluster; or files with -f",
        );
      return diffCluster(cli, { ...options, application }, command);
    });
}

/** As `diff` itself ends when something went wrong. */
const failed = 2;
const exitCodes = { nothing: 0, something: 1, refused: failed } as const;

async function diffFiles(cli: Cli, options: DiffOptions, command: Command): Promise<void> {
  const manifests = await manifestsFrom(cli, options);
  if (refusedHere(cli, manifests)) return;
  const differs = await diffManifests(cli, fleetClient(clientFor(cli, command)), manifests);
  if (differs === "nothing") cli.say("No differences.");
  cli.setExitCode(exitCodes[differs]);
}

async function diffCluster(
  cli: Cli,
  { application, cluster, serverSide, output }: DiffOptions & { readonly application: string },
  command: Command,
): Promise<void> {
  const client = clientFor(cli, command);
  const params = await askedPlace(client, "diff", application, cluster);
  const diff = await (serverSide === true ? client("dryRunApplication", { params, body: {} }) : client("getApplicationDiff", { params }));
  const colours = wantsColours(cli.isTerminal, cli.env);
  if (output !== undefined && !isForPeople(output)) cli.out(formatObject(diff, output));
  else cli.out(diff.objects.map((object) => formatDifference(object, colours)).join(""));
  if (diff.objects.length === 0 && output === undefined) cli.say("No differences.");
  if (diff.truncated === true) cli.say("there are more differences than an answer may hold");
  cli.setExitCode(diff.objects.length === 0 ? 0 : 1);
}
