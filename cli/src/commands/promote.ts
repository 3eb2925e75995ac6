import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { timeoutOption } from "../duration-option.ts";
import { formatPromotion } from "../output/promotion.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { followRollout } from "../follow-rollout.ts";

interface PromoteOptions {
  readonly to: string;
  readonly revision: string;
  readonly expectedRevision?: string;
  readonly reason: string;
  readonly output?: OutputForm;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `drover promote web --to staging --revision main`. */
export function promoteCommand(program: Command, cli: Cli): void {
  program
    .command("promote")
    .description("move an environment's pin to a revision; it becomes a commit, and the rollout follows")
    .argument("<application>")
    .requiredOption("--to <environment>", "the environment")
    .requiredOption(
      "--revision <revision>",
      "a commit, branch or tag of the source; `head` follows the branch where the environment tracks it",
    )
    .option("--expected-revision <revision>", "refuse when something else is pinned now")
    .option("-m, --reason <text>", "why; kept in git and in the audit record", "promoted from the command line")
    .option("--wait", "wait until the rollout has ended")
    .addOption(timeoutOption("with --wait", "15m"))
    .addOption(outputOption())
    .action(async (application: string, options: PromoteOptions, command: Command) => {
      const client = clientFor(cli, command);
      const promotion = await client("createPromotion", {
        body: {
          application,
          environment: options.to,
          revision: options.revision,
          expectedRevision: options.expectedRevision,
          reason: options.reason,
        },
        idempotencyKey: randomUUID(),
      });
      cli.out(formatPromotion(promotion, options.output));
      if (options.wait === true)
        await followRollout(client, cli, { application, environment: options.to, commit: promotion.commit }, options);
    });
}
