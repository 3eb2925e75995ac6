import { Command, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { Cli } from "./cli.ts";
import { commands } from "./commands.ts";
import { durationOption } from "./duration-option.ts";

/**
 * The program as far as this command line needs it: a command's own code is read when its name is among the words, and all of it for help and
 * for what nobody understands. Starting is most of what a short command takes.
 */
export async function createProgram(io: Cli, argv?: readonly string[]): Promise<Command> {
  const env = { ...io.env };
  const cli: Mutable<Cli> = { ...io, env };
  const program = new Command(io.programName ?? "drover")
    .description("GitOps for a whole fleet of Kubernetes clusters")
    .version(packageJson.version, "--version", "the client's version; `drover version` also asks the server")
    .option("--context <name>", "a context of `drover config`")
    .option("-s, --server <url>", "the server, whatever the context says")
    .addOption(new Option("--request-timeout <duration>", "for each request").argParser(durationOption).default(30_000, "30s"))
    .option("--config <file>", "with the contexts, instead of ~/.config/drover/config")
    .option("-v, --verbose", "show each request and what came of it; never a token")
    .option("-q, --quiet", "data and errors, no other words")
    .hook("preAction", (_program, command) => {
      const { config, quiet } = command.optsWithGlobals<{ readonly config?: string; readonly quiet?: boolean }>();
      if (config !== undefined) env["DROVER_CONFIG"] = config;
      if (quiet === true) cli.say = () => {};
    })
    .configureOutput({ writeOut: cli.out, writeErr: (text) => cli.say(text.trimEnd()) })
    .showSuggestionAfterError()
    .addHelpText("after", "\nAlso: `drover demo` plays a whole fleet on this machine, `drover server` runs the control plane.")
    .exitOverride();
  // What a shell asks about is loaded when it is known what that is.
  const said = argv?.[0] === "complete" ? ["complete"] : argv;
  const named = commands.filter(({ names }) => names.some((name) => said?.includes(name)));
  const wanted = named.length === 0 || isAboutAll(argv ?? []) ? commands : named;
  for (const add of await Promise.all(wanted.map(({ load }) => load()))) add(program, cli);
  return program;
}

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

const isAboutAll = ([first]: readonly string[]): boolean => first === undefined || first.startsWith("-h") || first === "--help";
