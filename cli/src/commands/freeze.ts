import { shortRevision } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";
import { sayProblems } from "../fleet-objects/show-edits.ts";
import { timeAhead } from "../time-option.ts";

interface FreezeOptions extends DryRunOptions {
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
    .addOption(dryRunOption())
    .action(async (name: string, options: FreezeOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { reason, environment, application, project, from, until } = options;
      const lists = {
        ...(environment && { environments: [...environment] }),
        ...(application && { applications: [...application] }),
        ...(project && { projects: [...project] }),
      };
      const spec = { reason, ...lists, ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
      const client = clientFor(cli, command);
      const body = { name, spec, reason };
      // A freeze of a mistyped place holds nothing, which nobody would notice; a rehearsal says so.
      const rehearsed = await client("createFreeze", { query: { validateOnly: true }, body });
      sayProblems(cli, rehearsed.preview?.problems);
      if (rehearsed.result === "Refused") return cli.setExitCode(1);
      const { dryRun } = options;
      tell(cli, dryRun === "server" ? rehearsed : await client("createFreeze", { body }), { done: "begun", how: rehearsalOf(options).how });
    });

  freeze
    .command("end")
    .description("take it back: rollouts that it held go on")
    .argument("<freeze>")
    .requiredOption("-m, --reason <text>", "why; kept in git and in the audit record")
    .addOption(dryRunOption())
    .action(async (name: string, options: DryRunOptions & { readonly reason: string }, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const asked = { params: { freeze: name }, query: { ...query, reason: options.reason }, ifMatch: "*" as const };
      tell(cli, await clientFor(cli, command)("deleteFreeze", asked), { done: "ended", how });
    });
}

function tell(cli: Cli, { name, commit }: FleetEdit, { done, how }: { readonly done: string; readonly how: string }): void {
  cli.out(`freeze/${name} ${done}${commit === undefined ? "" : `, by commit ${shortRevision(commit)}`}${how}\n`);
}
