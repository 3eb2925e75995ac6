import { type Command, Option } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";
import { pastTime } from "../time-option.ts";
import { driftView, fleetDriftView } from "../views.ts";

interface DriftOptions {
  readonly cluster?: string;
  readonly environment?: string;
  readonly open?: boolean;
  readonly application?: string;
  readonly since: string;
  readonly until?: string;
  readonly output?: OutputForm;
  readonly headers: boolean;
}

/** `drover drift --open`, `drover drift --cluster eu-1 --since 24h`. */
export function driftCommand(program: Command, cli: Cli): void {
  program
    .command("drift")
    .description("when objects of clusters differed from git, who changed them, and what the agents did")
    .option("--cluster <name>", "of this cluster alone")
    .option("-e, --environment <name>", "of this environment alone")
    .option("--open", "only what differs still")
    .option("-a, --application <name>", "of this application alone")
    .addOption(new Option("--since <time>", "a duration before now, or a time").argParser(pastTime).default(pastTime("24h"), "24h"))
    .option("--until <time>", "a duration before now, or a time", pastTime)
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async ({ cluster, environment, open, application, since, until, output, headers }: DriftOptions, command: Command) => {
      const client = clientFor(cli, command);
      const episodes = await allPages((pageToken) =>
        client("listDrift", { query: { cluster, environment, open, application, since, until, pageSize: 500, pageToken } }),
      );
      if (episodes.length === 0) await refuseUnknownNames(client, { cluster, environment, application });
      showList(cli, episodes, cluster === undefined ? fleetDriftView : driftView, { output, headers });
    });
}
