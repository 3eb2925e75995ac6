import { shortRevision } from "@drover/kit";
import type { HistoryEntry, Outlier, Outliers } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { formatTable } from "../output/columns.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";
import { pastTime } from "../time-option.ts";
import { historyView, outlierView } from "../views.ts";

interface HistoryOptions {
  readonly at?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly output?: OutputForm;
  readonly headers: boolean;
}

/** `drover history --at 2h`, `drover history web --cluster eu-1`, `drover history outliers web --environment production`. */
export function historyCommand(program: Command, cli: Cli): void {
  const history = program
    .command("history")
    .description("what ran where at a time: each cluster's release of each application, and whether it was proven by then")
    .argument("[application]", "this one only")
    .addOption(
      new Option("--at <time>", "how long ago, like 2h, or a time, like 2026-11-21T13:00:00Z; now when absent").argParser(pastTime),
    )
    .option("-e, --environment <name>", "what this environment had placed")
    .option("--cluster <name>", "on this cluster")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (application: string | undefined, { at, environment, cluster, output, headers }: HistoryOptions, command: Command) => {
      const client = clientFor(cli, command);
      const page = (pageToken: string | undefined) =>
        client("getHistory", { query: { at, application, environment, cluster, pageSize: 500, pageToken } });
      const first = await page(undefined);
      const items: HistoryEntry[] = [...first.items];
      for (let token = first.nextPageToken; token !== undefined;) {
        const next = await page(token);
        items.push(...next.items);
        token = next.nextPageToken;
      }
      if (items.length === 0) await refuseUnknownNames(client, { application, environment, cluster });
      if (isTable(output)) {
        if (items.length === 0) cli.say(`Nothing ran at ${first.at}.`);
        if (first.at < first.completeSince) cli.say(`Records from before ${first.completeSince} are thinned out: clusters may be missing.`);
      }
      showList(cli, items, historyView, { output, headers });
    });

  history
    .command("outliers")
    .description("clusters that run something else than most clusters of the environment do, and why")
    .argument("<application>")
    .option("-e, --environment <name>", "the environment")
    .addOption(outputOption())
    .action(async (application: string, _options: unknown, command: Command) => {
      // Both commands know these options, and the outer one reads them first.
      const { environment, output, headers } = command.optsWithGlobals<HistoryOptions>();
      if (environment === undefined) return command.error("error: required option '-e, --environment <name>' not specified");
      const client = clientFor(cli, command);
      const page = (pageToken: string | undefined) =>
        client("getOutliers", { params: { environment, application }, query: { pageSize: 500, pageToken } });
      const first = await page(undefined);
      const items: Outlier[] = [...first.items];
      for (let token = first.nextPageToken; token !== undefined;) {
        const next = await page(token);
        items.push(...next.items);
        token = next.nextPageToken;
      }
      if (isTable(output)) {
        cli.out(formatGroups(first));
        if (items.length === 0)
          return cli.say(
            first.clusters < 2
              ? `There ${first.clusters === 1 ? "is one cluster" : "are no clusters"} to compare.`
              : `All ${first.clusters} clusters run the same.`,
          );
        cli.out("\n");
      }
      showList(cli, items, outlierView, { output, headers });
    });
}

const isTable = (output: OutputForm | undefined): boolean => output === undefined || output === "wide";

const formatGroups = ({ groups }: Outliers): string =>
  formatTable(
    groups,
    [
      { head: "CLUSTERS", cell: ({ clusters }) => clusters },
      { head: "RELEASE", cell: ({ release }) => release },
      { head: "REVISION", cell: ({ revision }) => shortRevision(revision) },
      { head: "BUNDLE", cell: ({ bundle }) => bundle.slice(0, "sha256:".length + 12) },
      { head: "MAJORITY", cell: ({ majority }) => (majority ? "yes" : "no") },
    ],
    { wide: false, headers: true },
  );
