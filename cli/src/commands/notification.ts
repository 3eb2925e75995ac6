import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import type { Client, Delivery } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { timeoutOption } from "../duration-option.ts";

interface TestOptions {
  readonly timeout: number;
}

/** `drover notification test on-call`, `drover notification retry DELIVERY`. */
export function notificationCommand(program: Command, cli: Cli): void {
  const notification = program
    .command("notification")
    .description("who hears of what; `drover get notifications` and `drover get deliveries` show it");

  notification
    .command("test")
    .description("send a test message, and say what the receiver said")
    .argument("<notification>")
    .addOption(timeoutOption("how long to wait for it", "30s"))
    .action(async (name: string, { timeout }: TestOptions, command: Command) => {
      const client = clientFor(cli, command);
      const { id } = await client("testNotification", { params: { notification: name }, body: {}, idempotencyKey: randomUUID() });
      tellOutcome(cli, await untilTried(client, id, timeout));
    });

  notification
    .command("retry")
    .description("send a message again that was given up on")
    .argument("<delivery>", "its id, as `drover get deliveries` shows it")
    .option("-m, --reason <text>", "why; kept in the audit record")
    .addOption(timeoutOption("how long to wait for it", "30s"))
    .action(async (id: string, { reason, timeout }: TestOptions & { readonly reason?: string }, command: Command) => {
      const client = clientFor(cli, command);
      await client("retryDelivery", { params: { delivery: id }, body: { reason }, idempotencyKey: randomUUID() });
      tellOutcome(cli, await untilTried(client, id, timeout));
    });
}

const lookAgainMs = 200;

/** Until its first attempt from now: what fails once may be tried again for hours. */
async function untilTried(client: Client, id: string, withinMs: number): Promise<Delivery> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const delivery = await client("getDelivery", { params: { delivery: id } });
    if (delivery.attempts > 0) return delivery;
    if (performance.now() > deadline)
      throw new DroverError(
        "timeout",
        "DELIVERY_WAITS",
        `delivery ${id}: it waits behind others; look with \`drover get deliveries ${id}\``,
      );
    await sleep(lookAgainMs);
  }
}

function tellOutcome(cli: Cli, { id, notification, receiver, state, log }: Delivery): void {
  const last = log.at(-1);
  if (state !== "Delivered") cli.setExitCode(1);
  const what = state === "Delivered" ? "delivered" : state === "Dead" ? "refused" : "failed, and is tried again";
  cli.out(`delivery/${id} to ${notification} (${receiver}) ${what}: ${[last?.code, last?.said].filter(Boolean).join(": ")}\n`);
}
