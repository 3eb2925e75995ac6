import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { timeAhead } from "../time-option.ts";

interface FreezeOptions {
  readonly reason: string;
  readonly environment?: readonly string[];
  readonly application?: readonly string[];
  readonly project?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

/** `drover freeze black-friday -e production --until 72h -m "the busiest days"`, `drover freeze end black-friday -m "it is over"`. */
export function freezeCommand(program: Command, cli: Cli): void {
  const freeze = program.command("freeze").description("let no new revision leave for a while; it becomes a file of the fleet repository");

  freeze
    .command("begin", { isDefault: true })
    .description("everywhere, or where every list that is given names the place")
    .argument("<name>", "of the freeze")
    .requiredOption("-m, --reason <text>", "why; shown by `drover why`, kept in git and in the audit record")
    .option("-e, --environment <names...>", "in these environments")
    .option("-a, --application <names...>", "of these applications")
    .option("--project <names...>", "of these projects")
    .option("--from <time>", "a duration from now, or a time; at once when absent", timeAhead)
    .option("--until <time>", "a duration from now, or a time; until it is ended when absent", timeAhead)
    .action(async (name: string, options: FreezeOptions, command: Command) => {
      const { reason, environment, application, project, from, until } = options;
      const lists = {
        ...(environment && { environments: [...environment] }),
        ...(application && { applications: [...application] }),
        ...(project && { projects: [...project] }),
      };
      const spec = { reason, ...lists, ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
      const { commit } = await clientFor(cli, command)("createFreeze", { body: { name, spec, reason } });
      cli.out(`freeze/${name} begun${commit === undefined ? "" : `, by commit ${commit.slice(0, 7)}`}\n`);
    });

  freeze
    .command("end")
    .description("take it back: rollouts that it held go on")
    .argument("<freeze>")
    .requiredOption("-m, --reason <text>", "why; kept in git and in the audit record")
    .action(async (name: string, { reason }: { readonly reason: string }, command: Command) => {
      const { commit } = await clientFor(cli, command)("deleteFreeze", { params: { freeze: name }, query: { reason }, ifMatch: "*" });
      cli.out(`freeze/${name} ended${commit === undefined ? "" : `, by commit ${commit.slice(0, 7)}`}\n`);
    });
}
