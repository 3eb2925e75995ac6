import type { Argument, Command, Option } from "commander";

/** Something that may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly description?: string | undefined;
}

/** What is completed from outside: names that the server knows, contexts, files. `typed` is how they begin; others may be among them. */
export type Lookup = (what: string, words: readonly string[], typed: string) => Promise<readonly Candidate[] | "files">;

/** What the last word may become; the others stand before it. */
export async function complete(program: Command, words: readonly string[], lookup: Lookup): Promise<readonly Candidate[] | "files"> {
  const current = words.at(-1) ?? "";
  const { command, positional, open } = walk(program, words.slice(0, -1));
  if (open !== undefined) return matching(await valuesOf(open, positional, current, lookup), current);
  const [flag = "", ...value] = current.split("=");
  if (current.startsWith("--") && value.length > 0) {
    const option = optionsOf(command).find(({ long }) => long === flag);
    const values = option === undefined ? [] : await valuesOf(option, positional, value.join("="), lookup);
    return values === "files"
      ? values
      : matching(
          values.map((one) => ({ ...one, value: `${flag}=${one.value}` })),
          current,
        );
  }
  if (current.startsWith("-")) return matching(flagsOf(command), current);
  const subcommands = positional.length > 0 ? [] : command.commands.filter((one) => !isHidden(one)).map(candidateOf);
  const argument = argumentAt(command, positional.length);
  const names = argument === undefined ? [] : await argumentValues(argument, positional, current, lookup);
  return names === "files" && subcommands.length === 0 ? names : matching([...subcommands, ...(names === "files" ? [] : names)], current);
}

interface Place {
  readonly command: Command;
  /** Words before the cursor that are neither commands nor options. */
  readonly positional: readonly string[];
  /** The option whose value is being typed. */
  readonly open: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let open: Option | undefined;
  const positional: string[] = [];
  for (const word of words) {
    if (open !== undefined) open = undefined;
    else if (word.startsWith("-")) {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      open = option !== undefined && (option.required || option.optional) ? option : undefined;
    } else {
      const next: Command | undefined =
        positional.length > 0 ? undefined : command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      if (next === undefined) positional.push(word);
      else command = next;
    }
  }
  return { command, positional, open };
}

/** Its own and those of the commands above it. */
const optionsOf = (command: Command): readonly Option[] =>
  command.parent === null ? command.options : [...command.options, ...optionsOf(command.parent)];

const flagsOf = (command: Command): readonly Candidate[] =>
  [...optionsOf(command).filter(({ hidden }) => !hidden), command.createOption("-h, --help", "display help for command")].map((option) => ({
    value: option.long ?? option.short ?? "",
    description: option.description,
  }));

const candidateOf = (command: Command): Candidate => ({ value: command.name(), description: command.description() });

const isHidden = (command: Command): boolean => (command as unknown as { readonly _hidden?: boolean })._hidden === true;

const argumentAt = ({ registeredArguments: all }: Command, index: number): Argument | undefined =>
  all[index] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);

async function argumentValues(argument: Argument, positional: readonly string[], current: string, lookup: Lookup) {
  if (argument.argChoices !== undefined) return argument.argChoices.map((value) => ({ value }));
  return lookup(argument.name(), [...positional, current], current);
}

async function valuesOf(option: Option, positional: readonly string[], typed: string, lookup: Lookup) {
  if (option.argChoices !== undefined) return option.argChoices.map((value) => ({ value }));
  return lookup(option.attributeName(), positional, typed);
}

const matching = (all: readonly Candidate[] | "files", current: string): readonly Candidate[] | "files" =>
  all === "files" ? all : all.filter(({ value }) => value.startsWith(current));
