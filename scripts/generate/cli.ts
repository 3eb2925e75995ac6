import { createProgram } from "../../cli/src/program.ts";

type Command = Awaited<ReturnType<typeof createProgram>>;

/** Every command and option, from the program itself. */
export async function cliReference(): Promise<string> {
  const program = await createProgram({ env: {}, out: () => {}, say: () => {}, isTerminal: false, setExitCode: () => {} });
  const sections = program.commands.filter((command) => !isHidden(command)).flatMap((command) => sectionsOf(command, "drover"));
  return `# Commands

Made from the program. \`drover help COMMAND\` shows the same; the guide [The command line](../guides/cli.md) says how it fits together.

Exit status: 0 done (of \`diff\`: nothing differs), 1 refused, failed or not in time (of \`diff\`: something differs), 2 not understood (of
\`diff\`: it failed too).

## Options of every command

${optionsOf(program)}

${sections.join("\n")}`;
}

function sectionsOf(command: Command, above: string): readonly string[] {
  const name = `${above} ${command.name()}`;
  const below = command.commands.filter((one) => !isHidden(one));
  const aliases =
    command.aliases().length === 0
      ? ""
      : `Also called ${command
          .aliases()
          .map((alias) => `\`${alias}\``)
          .join(", ")}.\n\n`;
  const own = `## ${name}\n\n${sentence(command.description())}\n\n${aliases}\`\`\`text\n${name} ${command.usage()}\n\`\`\`\n\n${argumentsOf(command)}${optionsOf(command)}\n`;
  return [own, ...below.flatMap((one) => sectionsOf(one, name))];
}

const isHidden = (command: object): boolean => (command as { readonly _hidden?: boolean })._hidden === true;

const sentence = (text: string): string => (text === "" ? "" : `${text.charAt(0).toUpperCase()}${escaped(text.slice(1))}.`);

const argumentsOf = ({ registeredArguments: all }: Command): string =>
  all.some(({ description }) => description)
    ? `| argument | meaning |\n| - | - |\n${all.map((one) => `| \`${one.name()}\` | ${escaped(one.description)} |\n`).join("")}\n`
    : "";

function optionsOf({ options }: Command): string {
  const shown = options.filter(({ hidden }) => !hidden);
  if (shown.length === 0) return "";
  const rows = shown.map(({ flags, description, defaultValue, defaultValueDescription, argChoices }) => {
    const usual = defaultValueDescription ?? (["string", "number"].includes(typeof defaultValue) ? String(defaultValue) : undefined);
    const choices = argChoices === undefined ? "" : `; one of ${argChoices.join(", ")}`;
    return `| \`${flags.replaceAll("|", "\\|")}\` | ${escaped(description)}${choices}${usual === undefined ? "" : `; ${escaped(usual)} when absent`} |\n`;
  });
  return `| option | meaning |\n| - | - |\n${rows.join("")}`;
}

const escaped = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
