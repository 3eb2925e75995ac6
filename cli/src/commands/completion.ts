import { Argument, type Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { complete } from "../completion/complete.ts";
import { liveNames } from "../completion/live-names.ts";
import { completionScripts, type Shell, shells } from "../completion/scripts.ts";
import { contextPath, readContexts } from "../contexts.ts";
import { printable } from "../output/columns.ts";
import { createProgram } from "../program.ts";

/** Whoever presses Tab waits no longer. */
const patienceMs = 1_500;
/** To the shell, as cobra's programs say it: nothing else is to be offered, or files are. */
const directive = { nothingElse: ":4", files: ":0" };

/** `source <(drover completion bash)`. */
export function completionCommand(program: Command, cli: Cli): void {
  program
    .command("completion")
    .description("print what teaches a shell to complete commands, options and the names of what is there")
    .addArgument(new Argument("<shell>", "which shell").choices([...shells]))
    .action((shell: Shell) => cli.out(completionScripts[shell]));
}

/** For shells: a candidate a line, a tab, what it is. Whatever fails, fails silently: nobody wants an error in what they type. */
export function completeCommand(program: Command, cli: Cli): void {
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[], _options: object, command: Command) => {
      const quiet = { ...cli, say: () => {} };
      const asked = await createProgram(quiet, words);
      const client = () => clientFor(quiet, patient(command, words));
      const contexts = () => readContexts(contextPath(cli.env)).contexts.map(({ name }) => name);
      const found = await complete(asked, words, liveNames({ client, contexts })).catch(() => []);
      if (found === "files") return cli.out(`${directive.files}\n`);
      const lines = found.map(({ value, description = "" }) => `${printable(value)}\t${printable(description)}\n`);
      return cli.out(`${lines.join("")}${directive.nothingElse}\n`);
    });
}

/** Asks the server that the line being typed would ask. */
function patient(command: Command, words: readonly string[]): Command {
  const program = command.parent;
  program?.setOptionValue("requestTimeout", patienceMs);
  for (const name of ["context", "server"]) {
    const place = words.indexOf(`--${name}`);
    if (place >= 0) program?.setOptionValue(name, words[place + 1]);
  }
  return command;
}
