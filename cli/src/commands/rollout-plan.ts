import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { formatRolloutPlan } from "../output/rollout-plan.ts";

interface PlanOptions {
  readonly environment: string;
  readonly revision?: string;
  readonly output?: OutputForm;
}

/** `drover rollout plan web --environment production --revision main`: what would happen, without anything happening. Exit status 1 where nothing can. */
export function planCommand(rollout: Command, cli: Cli): void {
  rollout
    .command("plan")
    .description("what a revision would do to every cluster of an environment; changes nothing")
    .argument("<application>")
    .requiredOption("-e, --environment <name>", "the environment")
    .option("--revision <revision>", "a commit, branch or tag of the source; what git asks for when absent")
    .addOption(outputOption())
    .action(async (application: string, { environment, revision, output }: PlanOptions, command: Command) => {
      const body = { application, environment, revision };
      const plan = await clientFor(cli, command)("previewRollout", { body });
      cli.out(formatRolloutPlan(plan, output));
      if (plan.problem !== undefined) cli.setExitCode(1);
    });
}
