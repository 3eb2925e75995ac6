import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { followRollout } from "../follow-rollout.ts";
import { durationOption } from "../duration-option.ts";
import { formatPromotion } from "../output/promotion.ts";
import { type OutputForm, outputOption } from "../output/print.ts";

interface RollbackOptions {
  readonly environment: string;
  readonly cluster?: string;
  readonly revision?: string;
  readonly expectedRevision?: string;
  readonly reason: string;
  readonly output?: OutputForm;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `drover rollback web --environment production [--cluster eu-1] [--revision 1a2b3c4]`. */
export function rollbackCommand(program: Command, cli: Cli): void {
  program
    .command("rollback")
    .description("return an environment, or one cluster of it, to an earlier completed revision")
    .argument("<application>")
    .requiredOption("-e, --environment <name>", "the environment")
    .option("--cluster <name>", "only this cluster, as an exception in the pin")
    .option("--revision <revision>", "an earlier completed revision; the one before when absent")
    .option("--expected-revision <revision>", "refuse when something else is pinned now")
    .option("-m, --reason <text>", "why; kept in git and in the audit record", "rolled back from the command line")
    .option("--wait", "wait until the rollout has ended")
    .option("--timeout <duration>", "with --wait", durationOption, durationOption("15m"))
    .addOption(outputOption())
    .action(async (application: string, options: RollbackOptions, command: Command) => {
      const client = clientFor(cli, command);
      const { environment, cluster, revision, expectedRevision, reason } = options;
      const rollback = await client("createRollback", {
        body: { application, environment, cluster, revision, expectedRevision, reason },
        idempotencyKey: randomUUID(),
      });
      cli.out(formatPromotion(rollback, options.output));
      if (options.wait === true) await followRollout(client, cli, { application, environment, commit: rollback.commit }, options);
    });
}
