import type { EmergencyStop } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";

interface StopOptions {
  readonly reason: string;
  readonly release?: boolean;
}

/** `drover stop --reason "the certificate authority is compromised"`, `drover stop --release --reason "all clear"`, `drover stop status`. */
export function stopCommand(program: Command, cli: Cli): void {
  const stop = program
    .command("stop")
    .summary("emergency stop of every rollout")
    .description("emergency stop: nothing is dispatched to any cluster until it is released");

  // The default, so that nobody in a hurry has to remember a verb.
  stop
    .command("fleet", { isDefault: true })
    .description("stop the whole fleet, or release it")
    .requiredOption("-m, --reason <text>", "why; kept in the audit record and shown by `drover why`")
    .option("--release", "let rollouts go on")
    .action(async ({ reason, release }: StopOptions, command: Command) => {
      const operation = release === true ? "releaseStop" : "stopFleet";
      const state = await clientFor(cli, command)(operation, { body: { reason } });
      cli.out(release === true ? "fleet released: rollouts go on\n" : words(state));
    });

  stop
    .command("status")
    .description("whether the fleet is stopped, by whom and why")
    .action(async (_options: object, command: Command) => cli.out(words(await clientFor(cli, command)("getStop", {}))));
}

const words = ({ stopped, actor, reason, since }: EmergencyStop): string =>
  stopped ? `fleet stopped by ${actor ?? "somebody"} since ${since ?? "a while"}: ${reason ?? ""}\n` : "fleet not stopped\n";
