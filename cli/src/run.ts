import { DroverError, errorChain, toDroverError } from "@drover/kit";
import { CommanderError } from "commander";
import type { Cli } from "./cli.ts";
import { printable } from "./output/columns.ts";
import { isKnown } from "./commands.ts";
import { findPlugin, runPlugin } from "./plugins.ts";
import { createProgram } from "./program.ts";

/** Runs one command line. Exit status: 0 done, 1 refused or failed, 2 not understood. */
export async function run(typed: readonly string[], io: Omit<Cli, "setExitCode">): Promise<number> {
  const argv = asMeant(typed);
  let exitCode = 0;
  const cli: Cli = { ...io, setExitCode: (code) => (exitCode = code) };
  try {
    const plugin = isOurs(argv) ? undefined : findPlugin(argv, io.env["PATH"]);
    if (plugin !== undefined) return await runPlugin(plugin, io.env);
    const program = await createProgram(cli, argv);
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === "commander.unknownCommand") await sayInstead(cli, argv);
      return error.exitCode === 0 ? 0 : 2;
    }
    cli.say(`error: ${describe(error)}`);
    return error instanceof DroverError && usage.has(error.code) ? 2 : Math.max(1, exitCode);
  }
}

async function sayInstead(cli: Cli, argv: readonly string[]): Promise<void> {
  const { whatThereIsInstead } = await import("./habits.ts");
  const text = whatThereIsInstead(argv);
  if (text !== undefined) cli.say(text);
}

/** Our own commands are never somebody else's. */
const isOurs = (argv: readonly string[]): boolean => isKnown(argv) || isOption(argv[0] ?? "-");

const isOption = (word: string): boolean => word.startsWith("-");

/** Help for a command that there is not is an unknown command, not help for all of them. */
const asMeant = (argv: readonly string[]): readonly string[] =>
  isOurs(argv) ? argv : argv.filter((word) => word !== "--help" && word !== "-h");

/** What was typed is at fault, not what became of it. */
const usage = new Set([
  "RESOURCE_UNKNOWN",
  "SERVER_UNKNOWN",
  "OPTION_INVALID",
  "JSONPATH_INVALID",
  "CUSTOM_COLUMNS_INVALID",
  "FIELD_SELECTOR_INVALID",
  // These the server finds out, which has the fields of each list.
  "FILTER_INVALID",
  "FILTER_VALUE_INVALID",
  "LIST_FIELD_UNKNOWN",
]);

function describe(error: unknown): string {
  const known = toDroverError(error);
  const message = known.code === "INTERNAL" ? errorChain(error) : known.message;
  const requestId = known.details["requestId"];
  const trace = typeof requestId === "string" ? `, request ${requestId}` : "";
  return printable(`${message} (${known.code}${trace})`);
}
