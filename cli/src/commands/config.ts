import { resolve } from "node:path";
import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { type Context, contextPath, readContexts, writeContexts } from "../contexts.ts";
import { formatTable } from "../output/columns.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";

interface SetOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

/** `drover config set-context lab --server https://… --token-file … --ca-file …`, `use-context`, `get-contexts`. */
export function configCommand(program: Command, cli: Cli): void {
  const config = program.command("config").description("which servers this machine knows");

  config
    .command("set-context")
    .description("add or change a context, and use it; `--server URL` says where its REST API is")
    .argument("<name>")
    .option("--token-file <file>", "holds the token; it is read at every call")
    .option("--ca-file <file>", "the CA to trust, when it is a private one")
    .action((name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>();
      const path = contextPath(cli.env);
      const { contexts } = readContexts(path);
      const before = contexts.find((other) => other.name === name);
      const server = options.server ?? before?.server;
      if (server === undefined)
        throw new DroverError("invalid", "SERVER_UNKNOWN", `set context ${name}: say where its REST API is with --server`);
      const { token: _replaced, ...rest } = before ?? {};
      const context: Context = {
        ...(options.tokenFile === undefined ? before : rest),
        name,
        server,
        ...(options.tokenFile === undefined ? {} : { tokenFile: resolve(options.tokenFile) }),
        ...(options.caFile === undefined ? {} : { caFile: resolve(options.caFile) }),
      };
      writeContexts(path, { currentContext: name, contexts: [...contexts.filter((other) => other !== before), context] });
      cli.out(`context ${name} is in use\n`);
    });

  config
    .command("use-context")
    .description("speak to this server from now on")
    .argument("<context>")
    .action((name: string) => {
      const path = contextPath(cli.env);
      const file = readContexts(path);
      if (!file.contexts.some((context) => context.name === name)) throw unknownContext(name, path);
      writeContexts(path, { ...file, currentContext: name });
      cli.out(`context ${name} is in use\n`);
    });

  config
    .command("get-contexts")
    .description("list contexts")
    .option("-o, --output <form>", "name for names alone")
    .option("--no-headers", "rows only")
    .action(({ output, headers }: { readonly output?: string; readonly headers: boolean }) => {
      const path = contextPath(cli.env);
      const { contexts, currentContext } = readContexts(path);
      const columns = [
        { head: "CURRENT", cell: ({ name }: Context) => (name === currentContext ? "*" : " ") },
        { head: "NAME", cell: ({ name }: Context) => name },
        { head: "SERVER", cell: ({ server }: Context) => server },
      ];
      if (contexts.length === 0) return cli.say(`No contexts in ${path}.`);
      if (output === "name") return cli.out(contexts.map(({ name }) => `${name}\n`).join(""));
      return cli.out(formatTable(contexts, columns, { wide: false, headers }));
    });

  config
    .command("current-context")
    .description("print the name of the context in use")
    .action(() => {
      const { currentContext } = readContexts(contextPath(cli.env));
      if (currentContext === undefined) throw new DroverError("not-found", "CONTEXT_NOT_FOUND", "no context is in use");
      cli.out(`${currentContext}\n`);
    });

  config
    .command("rename-context")
    .description("call a context something else; the one in use stays so")
    .argument("<context>")
    .argument("<name>")
    .action((from: string, to: string) => {
      const path = contextPath(cli.env);
      const { contexts, currentContext } = readContexts(path);
      if (!contexts.some(({ name }) => name === from)) throw unknownContext(from, path);
      if (contexts.some(({ name }) => name === to))
        throw new DroverError("exists", "CONTEXT_EXISTS", `rename context ${from}: there is a context ${to} already in ${path}`);
      const renamed = contexts.map((context) => (context.name === from ? { ...context, name: to } : context));
      const inUse = currentContext === from ? to : currentContext;
      writeContexts(path, { contexts: renamed, ...(inUse !== undefined && { currentContext: inUse }) });
      cli.out(`context ${from} is now ${to}\n`);
    });

  config
    .command("view")
    .description("print the contexts, without their tokens")
    .addOption(outputOption())
    .action(({ output = "yaml" }: { readonly output?: OutputForm }) => {
      const { contexts, currentContext } = readContexts(contextPath(cli.env));
      const shown = contexts.map((context) => (context.token === undefined ? context : { ...context, token: "REDACTED" }));
      cli.out(formatObject({ ...(currentContext !== undefined && { currentContext }), contexts: shown }, output));
    });

  config
    .command("delete-context")
    .description("forget a context, with its token")
    .argument("<context>")
    .action((name: string) => {
      const path = contextPath(cli.env);
      const { contexts, currentContext } = readContexts(path);
      if (!contexts.some((context) => context.name === name)) throw unknownContext(name, path);
      const left = contexts.filter((context) => context.name !== name);
      writeContexts(path, { contexts: left, ...(currentContext !== undefined && currentContext !== name && { currentContext }) });
      cli.out(`context ${name} is forgotten\n`);
    });
}

const unknownContext = (name: string, path: string): DroverError =>
  new DroverError("not-found", "CONTEXT_NOT_FOUND", `no context ${name} in ${path}; \`drover config get-contexts\` lists them`);
