import type { Command } from "commander";
import { askedPlace } from "../asked-place.ts";
import { type Cli, clientFor } from "../cli.ts";
import { isForPeople } from "../output/output-form.ts";
import { wantsColours } from "../output/paint.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";
import { formatTree } from "../output/tree.ts";

interface TreeOptions {
  readonly cluster?: string;
  readonly output?: OutputForm;
}

/** `drover tree web --cluster eu-1`: only the cluster's agent knows. */
export function treeCommand(program: Command, cli: Cli): void {
  program
    .command("tree")
    .description("what an application is in a cluster, down to its pods, and how each object is")
    .argument("<application>")
    .option("--cluster <name>", "the cluster to ask; needed where the application is on several")
    .addOption(outputOption())
    .action(async (application: string, { cluster, output }: TreeOptions, command: Command) => {
      const client = clientFor(cli, command);
      const tree = await client("getApplicationTree", { params: await askedPlace(client, "tree", application, cluster) });
      if (output !== undefined && !isForPeople(output)) return cli.out(formatObject(tree, output));
      return cli.out(formatTree(tree, wantsColours(cli.isTerminal, cli.env)));
    });
}
