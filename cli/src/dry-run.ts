import { type Command, Option } from "commander";
import type { Cli } from "./cli.ts";

export interface DryRunOptions {
  readonly dryRun?: "client" | "server";
}

export const dryRunOption = (): Option =>
  new Option("--dry-run <where>", "change nothing: check what was typed alone, or have the server try it").choices(["client", "server"]);

interface Rehearsal {
  readonly query: { readonly validateOnly?: true };
  /** Behind what is said to be done. */
  readonly how: string;
}

/** What an order is sent with, and how its answer is told, where it may only be tried. */
export const rehearsalOf = ({ dryRun }: DryRunOptions): Rehearsal =>
  dryRun === "server" ? { query: { validateOnly: true }, how: " (server dry run)" } : { query: {}, how: "" };

/** Whether that the command line was understood is all that was asked; then it is said. */
export function isCheckedHere(cli: Cli, command: Command, { dryRun }: DryRunOptions): boolean {
  if (dryRun !== "client") return false;
  cli.out(`${[...wayTo(command), ...command.args].join(" ")} is understood (client dry run)\n`);
  return true;
}

/** The command's words, without the program's name. */
const wayTo = (command: Command): readonly string[] => (command.parent === null ? [] : [...wayTo(command.parent), command.name()]);
