import { randomUUID } from "node:crypto";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere } from "../dry-run.ts";
import { followPromotion } from "../promotions/follow-promotion.ts";
import { timeoutOption } from "../duration-option.ts";
import { formatPromotion } from "../output/promotion.ts";
import { formatRollbackPreview } from "../output/rollback-preview.ts";
import { type OutputForm, outputOption } from "../output/print.ts";

interface RollbackOptions extends DryRunOptions {
  readonly environment?: readonly string[];
  readonly everywhere?: boolean;
  readonly change?: string;
  readonly cluster?: string;
  readonly revision?: string;
  readonly expectedRevision?: string;
  readonly plan?: boolean;
  readonly yes?: boolean;
  readonly quarantine?: boolean;
  readonly reason: string;
  readonly output?: OutputForm;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `drover rollback web -e production [--cluster eu-1] [--revision 1a2b3c4]`, `drover rollback --change 5d6e7f8`. */
export function rollbackCommand(program: Command, cli: Cli): void {
  program
    .command("rollback")
    .description("return environments, or one cluster, to an earlier completed revision: one commit for all of them")
    .argument("[application]")
    .option("-e, --environment <name>", "an environment; may be repeated", added)
    .option("--everywhere", "every environment of the application")
    .option("--change <commit>", "everything that this fleet commit moved, of every application or of the one named")
    .option("--cluster <name>", "only this cluster, as an exception in the pin")
    .option("--revision <revision>", "an earlier completed revision; the one before when absent")
    .option("--expected-revision <revision>", "refuse when something else is pinned now")
    .option("--plan", "change nothing: say what would move, and what it cannot undo; as --dry-run=server does")
    .addOption(dryRunOption())
    .option("--yes", "with --everywhere: do not ask")
    .option("--quarantine", "also forbid what is left, until somebody lifts it")
    .option("-m, --reason <text>", "why; kept in git and in the audit record", "rolled back from the command line")
    .option("--wait", "wait until the rollout has ended")
    .addOption(timeoutOption("with --wait", "15m"))
    .addOption(outputOption())
    .action(async (application: string | undefined, options: RollbackOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const client = clientFor(cli, command);
      const subject = rollbackSubject(application, await withEnvironment(client, application, options));
      if (options.plan === true || options.dryRun === "server")
        return cli.out(formatRollbackPreview(await client("previewRollback", { body: subject }), options.output));
      // Whoever reads along should see it before it happens; a script has asked for it already.
      const isAsked = options.everywhere === true && options.yes !== true;
      const isSeen = isAsked || (cli.isTerminal && options.output === undefined);
      if (isSeen) cli.say(formatRollbackPreview(await client("previewRollback", { body: subject }), undefined).trimEnd());
      if (isAsked) {
        const consequences = ["All of this moves by one commit, and rollouts carry it to every cluster."];
        await confirm(cli, { what: `roll back ${application ?? "everything"} everywhere`, consequences });
      }
      const body = { ...subject, quarantine: options.quarantine, reason: options.reason };
      const rollback = await client("createRollback", { body, idempotencyKey: randomUUID() });
      cli.out(formatPromotion(rollback, options.output));
      if (options.wait === true) await followPromotion(client, cli, rollback, options);
    });
}

/** A cluster has an application from one environment; who names both need not name it. */
async function withEnvironment(client: Client, application: string | undefined, options: RollbackOptions): Promise<RollbackOptions> {
  const { cluster, environment, everywhere } = options;
  if (application === undefined || cluster === undefined || environment !== undefined || everywhere === true) return options;
  const { items } = await client("listAssignments", { query: { application, cluster } });
  const environments = [...new Set(items.map((assignment) => assignment.environment))];
  return environments.length === 1 ? { ...options, environment: environments } : options;
}

/** One more of an option that may be repeated. */
const added = (name: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), name];

function rollbackSubject(application: string | undefined, options: RollbackOptions) {
  const { environment: environments = [], everywhere, change: changeId, cluster, revision, expectedRevision } = options;
  const [environment] = environments;
  const where = environments.length > 1 ? { environments: [...environments] } : { environment };
  return { application, ...where, everywhere, changeId, cluster, revision, expectedRevision };
}
