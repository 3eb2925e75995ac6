import type { Command } from "commander";
import { dump } from "js-yaml";
import { type Cli, clientFor } from "../cli.ts";
import { formatChain } from "../output/chain.ts";
import { printable } from "../output/columns.ts";
import { type OutputForm, outputOption } from "../output/print.ts";

interface WhyOptions {
  readonly environment?: string;
  readonly cluster?: string;
  readonly output?: OutputForm;
}

/** `drover why web --environment staging`, `drover why web --cluster eu-1`, `drover why rollout/ID`. */
export function whyCommand(program: Command, cli: Cli): void {
  program
    .command("why")
    .description("why something is not there yet, and what you can do about it")
    .argument("<subject>", "an application, or rollout/<id>")
    .option("-e, --environment <name>", "of the application in this environment")
    .option("--cluster <name>", "of the application on this cluster")
    .addOption(outputOption())
    .action(async (subject: string, options: WhyOptions, command: Command) => {
      const [kind, id] = subject.split("/", 2);
      const query =
        kind === "rollout" && id !== undefined
          ? { rollout: id }
          : { application: subject, environment: options.environment, cluster: options.cluster };
      const why = await clientFor(cli, command)("explain", { query });
      if (options.output === "json") return cli.out(`${JSON.stringify(why, null, 2)}\n`);
      if (options.output === "yaml") return cli.out(dump(why, { noRefs: true }));
      cli.out(`${printable(why.subject)}\n${formatChain(why.links)}`);
    });
}
