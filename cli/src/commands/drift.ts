import { type Command, Option } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { pastTime } from "../time-option.ts";
import { driftView } from "../views.ts";

interface DriftOptions {
  readonly cluster: string;
  readonly application?: string;
  readonly since: string;
  readonly until?: string;
  readonly output?: OutputForm;
}

/** `drover drift --cluster eu-1 --since 24h`. */
export function driftCommand(program: Command, cli: Cli): void {
  program
    .command("drift")
    .description("when objects of a cluster differed from git, who changed them, and what the agent did")
    .requiredOption("--cluster <name>", "of which cluster")
    .option("-a, --application <name>", "of this application alone")
    .addOption(new Option("--since <time>", "a duration before now, or a time").argParser(pastTime).default(pastTime("24h"), "24h"))
    .option("--until <time>", "a duration before now, or a time", pastTime)
    .addOption(outputOption())
    .action(async ({ cluster, application, since, until, output }: DriftOptions, command: Command) => {
      const client = clientFor(cli, command);
      const episodes = await allPages((pageToken) =>
        client("listClusterDrift", { params: { cluster }, query: { since, until, application, pageSize: 500, pageToken } }),
      );
      showList(cli, episodes, driftView, { output });
    });
}
