import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { quarantinesOf, theQuarantine } from "../quarantines.ts";

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
    .action(async (application: string, revision: string, { reason }: { reason: string }, command: Command) => {
      const client = clientFor(cli, command);
      const { id } = theQuarantine(await quarantinesOf(client, application), revision);
      const lifted = await client("liftQuarantine", { params: { quarantine: id }, body: { reason }, idempotencyKey: randomUUID() });
      cli.out(`${lifted.revision} of ${application} may be rolled out again; promote it, and nothing moves before\n`);
    });
}
