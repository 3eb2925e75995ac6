import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { formatChain } from "../output/chain.ts";
import { printable } from "../output/columns.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";

interface WhyOptions {
  readonly environment?: string;
  readonly cluster?: string;
  readonly wave?: string;
  readonly output?: OutputForm;
}

/** What else than an application may be asked about, as `kind/name`. */
const kinds = ["rollout", "promotion", "cluster"];

/** `drover why web --environment staging`, `drover why web --cluster eu-1`, `drover why rollout/ID --wave canary`, `drover why cluster/eu-1`. */
export function whyCommand(program: Command, cli: Cli): void {
  program
    .command("why")
    .description("why something is not there yet, and what you can do about it")
    .argument("<subject>", "an application, rollout/<id>, promotion/<id> or cluster/<name>")
    .option("-e, --environment <name>", "of the application in this environment")
    .option("--cluster <name>", "of the application on this cluster")
    .option("--wave <name>", "of one wave of the rollout, by name or index")
    .addOption(outputOption())
    .action(async (subject: string, options: WhyOptions, command: Command) => {
      const [kind = "", name] = subject.split("/", 2);
      const asked = kinds.includes(kind) && name !== undefined ? { [kind]: name } : { application: subject };
      const { environment, cluster, wave } = options;
      const query = { environment, cluster, wave, ...asked };
      const why = await clientFor(cli, command)("explain", { query });
      if (options.output !== undefined && options.output !== "wide") return cli.out(formatObject(why, options.output));
      cli.out(`${printable(why.subject)}\n${formatChain(why.links)}`);
    });
}
