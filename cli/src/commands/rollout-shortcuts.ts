import { Command } from "commander";
import type { Cli } from "../cli.ts";
import { rolloutCommand } from "./rollout.ts";

/** What `drover rollout` has and people reach for without it. */
const shortcuts = ["pause", "resume", "abort", "approve", "reject"];

/** `drover pause web -e production` is `drover rollout pause web -e production`; flux users say suspend. */
export function rolloutShortcuts(program: Command, cli: Cli): void {
  const apart = new Command().copyInheritedSettings(program);
  rolloutCommand(apart, cli);
  for (const command of apart.commands[0]?.commands ?? []) if (shortcuts.includes(command.name())) program.addCommand(command);
  program.commands.find((command) => command.name() === "pause")?.alias("suspend");
}
