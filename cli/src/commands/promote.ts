import { randomUUID } from "node:crypto";
import type { Client } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { timeoutOption } from "../duration-option.ts";
import { formatRolloutPlan } from "../output/rollout-plan.ts";
import { formatPromotion } from "../output/promotion.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { followPromotion } from "../promotions/follow-promotion.ts";

interface PromoteOptions {
  readonly to: string;
  readonly revision: string;
  readonly expectedRevision?: string;
  readonly reason: string;
  readonly output?: OutputForm;
  readonly dryRun?: "client" | "server";
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `drover promote web --to staging --revision main`. */
export function promoteCommand(program: Command, cli: Cli): void {
  program
    .command("promote")
    .description("move an environment's pin to a revision; it becomes a commit, and the rollout follows")
    .argument("<application>")
    .requiredOption("--to <environment>", "the environment")
    .requiredOption(
      "--revision <revision>",
      "a commit, branch or tag of the source; `head` follows the branch where the environment tracks it",
    )
    .option("--expected-revision <revision>", "refuse when something else is pinned now")
    .option("-m, --reason <text>", "why; kept in git and in the audit record", "promoted from the command line")
    .addOption(
      new Option("--dry-run <where>", "change nothing: check what was typed alone, or have the server plan the rollout").choices([
        "client",
        "server",
      ]),
    )
    .option("--wait", "wait until the rollout has ended")
    .addOption(timeoutOption("with --wait", "15m"))
    .addOption(outputOption())
    .action(async (application: string, options: PromoteOptions, command: Command) => {
      const { to: environment, revision } = options;
      if (options.dryRun === "client") return cli.out(`promote ${application} to ${revision} in ${environment} (client dry run)\n`);
      const client = clientFor(cli, command);
      if (options.dryRun === "server") return planPromotion(cli, client, application, options);
      const promotion = await client("createPromotion", {
        body: { application, environment, revision, expectedRevision: options.expectedRevision, reason: options.reason },
        idempotencyKey: randomUUID(),
      });
      cli.out(formatPromotion(promotion, options.output));
      if (options.wait === true) await followPromotion(client, cli, promotion, options);
    });
}

/** Exit status 1 where nothing could be promoted. */
async function planPromotion(
  cli: Cli,
  client: Client,
  application: string,
  { to: environment, revision, output }: PromoteOptions,
): Promise<void> {
  // `head` is what the environment follows when nothing is pinned.
  const body = { application, environment, ...(revision !== "head" && { revision }) };
  const plan = await client("previewRollout", { body });
  cli.out(formatRolloutPlan(plan, output));
  if (plan.problem !== undefined) cli.setExitCode(1);
}
