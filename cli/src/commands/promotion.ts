import { shortRevision } from "@drover/kit";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";

interface ResumeOptions extends DryRunOptions {
  readonly environment: string;
  readonly reason: string;
}

/** `drover promotion resume-auto web --environment production`. */
export function promotionCommand(program: Command, cli: Cli): void {
  program
    .command("promotion")
    .description("auto-promotion between environments")
    .command("resume-auto")
    .description("give a pin that a person wrote back to auto-promotion, as it is; it becomes a commit")
    .argument("<application>")
    .requiredOption("-e, --environment <name>", "in which environment")
    .option("-m, --reason <text>", "why; kept in git and in the audit record", "resumed from the command line")
    .addOption(dryRunOption())
    .action(async (application: string, options: ResumeOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { environment, reason } = options;
      const { query, how } = rehearsalOf(options);
      const { commit } = await clientFor(cli, command)("resumeAutoPromotion", {
        params: { application, environment },
        query,
        body: { reason },
      });
      const by = commit === undefined || how !== "" ? "" : `, by commit ${shortRevision(commit)}`;
      cli.out(`auto-promotion moves ${application} in ${environment} again${by}${how}\n`);
    });
}
