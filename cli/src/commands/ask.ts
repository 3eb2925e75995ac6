import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { wantsColours } from "../output/paint.ts";
import { formatTree } from "../output/tree.ts";
import { objectEventView } from "../views.ts";

interface AskOptions {
  readonly cluster: string;
  readonly output?: OutputForm;
}

/** Commands that only the cluster's agent can answer: `drover tree web --cluster eu-1`, `drover events …`, `drover refresh …`. */
export function askCommands(program: Command, cli: Cli): void {
  asking(program, "tree", "what an application is in a cluster, down to its pods, and how each object is").action(
    async (application: string, { cluster, output }: AskOptions, command: Command) => {
      const tree = await clientFor(cli, command)("getApplicationTree", { params: { cluster, application } });
      if (!printed(cli, tree, output)) cli.out(formatTree(tree, wantsColours(cli.isTerminal, cli.env)));
    },
  );

  asking(program, "events", "what Kubernetes says about an application's objects in a cluster").action(
    async (application: string, { cluster, output }: AskOptions, command: Command) => {
      const events = await clientFor(cli, command)("getApplicationEvents", { params: { cluster, application } });
      if (!printed(cli, events, output)) showList(cli, events.items, objectEventView, {});
    },
  );

  asking(program, "refresh", "have the agent compare everything anew now, and sync where its policy says so").action(
    async (application: string, { cluster, output }: AskOptions, command: Command) => {
      const state = await clientFor(cli, command)("refreshApplication", { params: { cluster, application }, body: {} });
      const because = [state.reason, state.message].filter((part) => part !== undefined).join(": ");
      if (!printed(cli, state, output))
        cli.out(`${application} on ${cluster}: ${state.sync}, ${state.health}${because && ` (${because})`}\n`);
    },
  );
}

const asking = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .argument("<application>")
    .requiredOption("--cluster <name>", "the cluster to ask")
    .addOption(outputOption());

/** False when it is to be shown to people. */
function printed(cli: Cli, answer: object, output: AskOptions["output"]): boolean {
  if (output === undefined || output === "wide") return false;
  cli.out(formatObject(answer, output));
  return true;
}
