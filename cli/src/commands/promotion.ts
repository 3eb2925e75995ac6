import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";

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
    .action(async (application: string, { environment, reason }: { environment: string; reason: string }, command: Command) => {
      const { commit } = await clientFor(cli, command)("resumeAutoPromotion", {
        params: { application, environment },
        body: { reason },
      });
      cli.out(
        `auto-promotion moves ${application} in ${environment} again${commit === undefined ? "" : `, by commit ${commit.slice(0, 7)}`}\n`,
      );
    });
}
