import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList, showOne } from "../output/show.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";
import { breakGlassView } from "../views.ts";

interface BeginOptions {
  readonly reason: string;
  readonly for: string;
  readonly application?: string;
  readonly output?: OutputForm;
}

interface ListOptions {
  readonly environment?: string;
  readonly open?: boolean;
  readonly output?: OutputForm;
  readonly headers: boolean;
}

/** `drover break-glass production --reason "the site is down" --for 1h`, `drover break-glass list`, `drover break-glass end ID`. */
export function breakGlassCommand(program: Command, cli: Cli): void {
  const glass = program
    .command("break-glass")
    .description("set freezes and closed windows aside for a while; everybody sees who did, and why");

  // The default, so that nobody in a hurry has to remember a verb.
  glass
    .command("begin", { isDefault: true })
    .description("in an environment")
    .argument("<environment>")
    .requiredOption("-m, --reason <text>", "why; kept in the audit record and shown by `drover why`")
    .option("--for <duration>", "how long, at most 24h", "1h")
    .option("-a, --application <name>", "for this application alone")
    .addOption(outputOption())
    .action(async (environment: string, options: BeginOptions, command: Command) => {
      const { application, reason } = options;
      const begun = await clientFor(cli, command)("createBreakGlass", {
        body: { environment, application, reason, ttl: options.for },
        idempotencyKey: randomUUID(),
      });
      showOne(cli, begun, breakGlassView, options);
    });

  glass
    .command("list")
    .description("who set freezes and windows aside, newest first")
    .option("-e, --environment <name>", "in this environment alone")
    .option("--open", "only those in force")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (options: ListOptions, command: Command) => {
      const { environment, open } = options;
      const client = clientFor(cli, command);
      const found = await allPages((pageToken) => client("listBreakGlass", { query: { environment, open, pageSize: 500, pageToken } }));
      if (found.length === 0) await refuseUnknownNames(client, { environment });
      showList(cli, found, breakGlassView, options);
    });

  glass
    .command("end")
    .description("end it before its time")
    .argument("<id>")
    .requiredOption("-m, --reason <text>", "why; kept in the audit record")
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const ended = await clientFor(cli, command)("endBreakGlass", { params: { breakGlass: id }, body: { reason } });
      cli.out(`break-glass/${ended.id} ${ended.state}\n`);
    });
}
