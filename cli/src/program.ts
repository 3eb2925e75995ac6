import { Command, Help, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { Cli } from "./cli.ts";
import { commandGroups, commands, isKnown } from "./commands.ts";
import { durationOption } from "./duration-option.ts";

/**
 * The program as far as this command line needs it: a command's own code is read when its name is among the words, and all of it for help and
 * for what nobody understands. Starting is most of what a short command takes.
 */
export async function createProgram(io: Cli, argv?: readonly string[]): Promise<Command> {
  const env = { ...io.env };
  const cli: Mutable<Cli> = { ...io, env };
  // Whoever has another tool's habits is told what there is instead; what merely looks alike could be the emergency stop.
  const isHabit = argv !== undefined && !isKnown(argv) && (await import("./habits.ts")).whatThereIsInstead(argv) !== undefined;
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
    .configureHelp({ subcommandTerm: namesOf, subcommandDescription: firstClause, optionDescription })
    .addHelpCommand(
      new Command("help").argument("[command]").description("what a command does, and its options").helpGroup("This command line:"),
    )
    .showSuggestionAfterError(!isHabit)
    .addHelpText("after", epilogue)
    .exitOverride();
  // What a shell asks about is loaded when it is known what that is.
  const said = argv?.[0] === "complete" ? ["complete"] : argv;
  const named = commands.filter(({ names }) => names.some((name) => said?.includes(name)));
  const wanted = new Set(named.length === 0 || isAboutAll(argv ?? []) ? commands : named);
  for (const [heading, group] of Object.entries(commandGroups)) {
    program.commandsGroup(heading);
    for (const add of await Promise.all(group.filter((entry) => wanted.has(entry)).map(({ load }) => load()))) add(program, cli);
  }
  if (argv === undefined || asksForHelp(argv)) (await import("./help-examples.ts")).addExamples(program);
  return program;
}

const asksForHelp = (argv: readonly string[]): boolean => argv[0] === "help" || argv.includes("--help") || argv.includes("-h");

/** As a list has room for: what takes no reading to the end. */
const firstClause = (command: Command): string => command.summary() || (command.description().split(/[;:]/, 1)[0] ?? "");

const namesOf = (command: Command): string => [command.name(), ...command.aliases()].join(", ");

/** A default of nothing is what everybody expects. */
const optionDescription = (option: Option): string => new Help().optionDescription(isNothing(option.defaultValue) ? bare(option) : option);

const isNothing = (value: unknown): boolean =>
  value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

const bare = ({ flags, description }: Option): Option => new Option(flags, description);

const epilogue = `
Examples:
  drover get applications                          what runs where, and how it is
  drover promote web --to staging --revision main --wait
  drover why web -e staging                        what it waits for, and what you can do
  drover rollback web -e staging

From a clone also: \`drover demo\` plays a whole fleet on this machine, \`drover agent\` runs the agent of one cluster, \`drover server\` the
control plane.`;

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

const isAboutAll = ([first]: readonly string[]): boolean => first === undefined || first.startsWith("-h") || first === "--help";
