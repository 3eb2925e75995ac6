import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";
import { quarantinesOf, theQuarantine } from "../quarantines.ts";

interface LiftOptions extends DryRunOptions {
  readonly reason: string;
}

/** `drover quarantine lift web 1a2b3c4 --reason "the node pool was at fault"`. */
export function quarantineCommand(program: Command, cli: Cli): void {
  program
    .command("quarantine")
    .description("what nobody may roll out; `drover get quarantines` shows it")
    .command("lift")
    .description("allow a revision, or contents, again; nothing moves by itself")
    .argument("<application>")
    .argument("<revision>", "or the id of contents, as `drover get quarantines` shows it")
    .requiredOption("-m, --reason <text>", "why; kept in git and in the audit record")
    .addOption(dryRunOption())
    .action(async (application: string, revision: string, options: LiftOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const client = clientFor(cli, command);
      const { id } = theQuarantine(await quarantinesOf(client, application), revision);
      const lifted = await client("liftQuarantine", {
        params: { quarantine: id },
        query,
        body: { reason: options.reason },
        idempotencyKey: randomUUID(),
      });
      cli.out(`${lifted.revision} of ${application} may be rolled out again; promote it, and nothing moves before${how}\n`);
    });
}
