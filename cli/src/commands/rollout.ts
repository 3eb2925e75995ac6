import type { Command } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { followRollout } from "../follow-rollout.ts";
import { timeoutOption } from "../duration-option.ts";
import { integerOption } from "../integer-option.ts";
import { planCommand } from "./rollout-plan.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { type PlaceOptions, resolveRollout } from "../resolve-rollout.ts";
import { listResource } from "../resources/read-resource.ts";
import { resourceNamed } from "../resources/table.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";
import { showList, showOne } from "../output/show.ts";
import { formatTable, printable } from "../output/columns.ts";
import { isForPeople } from "../output/output-form.ts";
import { wantsColours } from "../output/paint.ts";
import { formatProgress } from "../output/rollout-progress.ts";
import { waveColumns } from "../wave-columns.ts";
import { wavesAhead } from "../waves-ahead.ts";
import { whatKeepsClusters } from "../what-keeps-clusters.ts";
import { holdLines, rolloutView, targetColumns, timelineView } from "../views.ts";
import { gateCommands } from "./gates.ts";

interface StatusOptions extends PlaceOptions {
  readonly watch?: boolean;
  readonly timeout: number;
  readonly output?: OutputForm;
}

interface ListOptions extends PlaceOptions {
  readonly output?: OutputForm;
  readonly headers: boolean;
}

interface WaitOptions extends PlaceOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

interface SkipOptions extends WaitOptions {
  readonly reason: string;
  readonly cluster?: string;
  readonly wave?: string;
}

interface ControlOptions extends WaitOptions {
  readonly reason: string;
  readonly acceptFailures?: number;
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${printable(line)}\n`).join("");

export function rolloutCommand(program: Command, cli: Cli): void {
  const rollout = program.command("rollout").description("look at a rollout, and control it");

  const withPlace = (name: string, description: string): Command =>
    rollout
      .command(name)
      .description(description)
      .argument("<rollout>", "its id, or an application together with --environment")
      .option("-e, --environment <name>", "the newest rollout of the application in this environment");

  withPlace("status", "how far it is; with --watch until it has ended")
    .option("-w, --watch", "follow it; exit status 1 unless it completes")
    .addOption(timeoutOption("with --watch", "30m"))
    .addOption(outputOption())
    .action(async (name: string, options: StatusOptions, command: Command) => {
      const client = clientFor(cli, command);
      const id = await resolveRollout(client, name, options);
      if (options.watch === true) {
        const last = await followRollout(client, cli, id, options);
        return options.output === undefined ? undefined : showOne(cli, last, rolloutView, options);
      }
      const found = await client("getRollout", { params: { rollout: id } });
      // A terminal shows the waves as bars; a script gets a row and the reasons, as ever.
      const kept = isForPeople(options.output) ? await whatKeepsClusters(client, found) : [];
      if (cli.isTerminal && options.output === undefined) cli.out(formatProgress(found, kept, wantsColours(true, cli.env)));
      else showOne(cli, found, rolloutView, options);
      if (!isForPeople(options.output)) return;
      if (!cli.isTerminal || options.output === "wide") cli.out(textOf([...holdLines(found), ...kept.map((line) => `waits: ${line}`)]));
      if (options.output === "wide") cli.out(`\n${formatTable(found.waves, waveColumns, { wide: true, headers: true })}`);
      const targets = await allPages((pageToken) =>
        client("listRolloutTargets", { params: { rollout: id }, query: { pageSize: 500, pageToken } }),
      );
      const waveOf = await wavesAhead(client, found, targets);
      cli.out(`\n${formatTable(targets, targetColumns(found, waveOf), { wide: options.output === "wide", headers: true })}`);
    });

  rollout
    .command("history")
    .description("the rollouts of an application, newest first; `drover describe rollout/ID` has the steps of one")
    .argument("<application>")
    .option("-e, --environment <name>", "in this environment alone")
    .option("--limit <count>", "no more than so many", integerOption, 20)
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (application: string, options: ListOptions & { readonly limit: number }, command: Command) => {
      const { environment, limit } = options;
      const client = clientFor(cli, command);
      const { items, more } = await listResource(client, resourceNamed("rollouts"), { application, environment }, { limit });
      if (items.length === 0) await refuseUnknownNames(client, { application, environment });
      showList(cli, items, resourceNamed("rollouts").view, options);
      if (more) cli.say(`There are more than these ${items.length}.`);
    });

  planCommand(rollout, cli);

  withPlace("timeline", "everything that happened to it, in order")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (name: string, options: ListOptions, command: Command) => {
      const client = clientFor(cli, command);
      const params = { rollout: await resolveRollout(client, name, options) };
      const entries = await allPages((pageToken) => client("getRolloutTimeline", { params, query: { pageSize: 500, pageToken } }));
      showList(cli, entries, timelineView, options);
    });

  const control = (name: "pause" | "resume" | "abort" | "skip" | "retry", description: string): Command =>
    withPlace(name, description).option("-m, --reason <text>", "why; kept in the audit record", `${name} from the command line`);

  /** Of what makes it go on. */
  const waiting = (command: Command): Command =>
    command.option("--wait", "wait until it has ended").addOption(timeoutOption("with --wait", "15m"));

  const say = ({ id, phase }: { readonly id: string; readonly phase: string }): void => cli.out(`rollout/${id} ${phase}\n`);

  const act =
    (operation: "pauseRollout" | "resumeRollout" | "abortRollout") => async (name: string, options: ControlOptions, command: Command) => {
      const client = clientFor(cli, command);
      const params = { rollout: await resolveRollout(client, name, options) };
      const { reason, acceptFailures } = options;
      const answer =
        operation === "resumeRollout"
          ? await client(operation, { params, body: { reason, acceptFailures } })
          : await client(operation, { params, body: { reason } });
      say(answer);
      if (options.wait === true) await followRollout(client, cli, answer.id, options);
    };

  waiting(control("skip", "leave a cluster, or what waits in a wave, out of it"))
    .option("--cluster <name>", "a cluster that waits or is away; it keeps what it has")
    .option("--wave <name>", "what waits in the wave; its gates and its soak pass")
    .action(async (name: string, { reason, cluster, wave, wait, timeout, ...place }: SkipOptions, command: Command) => {
      if ((cluster === undefined) === (wave === undefined)) command.error("error: say either --cluster or --wave");
      const client = clientFor(cli, command);
      const params = { rollout: await resolveRollout(client, name, place) };
      const answer =
        cluster === undefined
          ? await client("skipRolloutWave", { params, body: { reason, wave: wave ?? "" } })
          : await client("skipRolloutCluster", { params, body: { reason, cluster } });
      say(answer);
      if (wait === true) await followRollout(client, cli, answer.id, { timeout });
    });

  waiting(control("retry", "try again what failed"))
    .option("--cluster <name>", "only this one; also one that was skipped")
    .action(async (name: string, { reason, cluster, wait, timeout, ...place }: SkipOptions, command: Command) => {
      const client = clientFor(cli, command);
      const params = { rollout: await resolveRollout(client, name, place) };
      const answer = await client("retryRollout", { params, body: { reason, ...(cluster === undefined ? {} : { cluster }) } });
      say(answer);
      if (wait === true) await followRollout(client, cli, answer.id, { timeout });
    });

  control("pause", "dispatch nothing more; clusters already dispatched finish").action(act("pauseRollout"));
  control("abort", "end it where it stands").action(act("abortRollout"));
  waiting(control("resume", "go on with a paused or halted rollout"))
    .option("--accept-failures <n>", "how many more failures to accept; a halted rollout needs it", integerOption)
    .action(act("resumeRollout"));

  gateCommands(withPlace, cli);
}
