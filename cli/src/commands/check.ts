import { statSync } from "node:fs";
import { errorChain, toDroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { type Cli, clientFor } from "../cli.ts";
import type { GlobalOptions } from "../connection.ts";
import { chooseTarget, contextPath } from "../contexts.ts";
import { printable } from "../output/columns.ts";
import { paint, wantsColours } from "../output/paint.ts";
import { skewOf } from "../version-skew.ts";

interface Finding {
  readonly level: "ok" | "warning" | "failed";
  readonly message: string;
}

const oldestNode = 24;

/** `drover check`: everything between this terminal and a working server. */
export function checkCommand(program: Command, cli: Cli): void {
  program
    .command("check")
    .description("whether this machine, its context, the server and the token are as they should be; exit status 1 when not")
    .action(async (_options: object, command: Command) => {
      const colours = wantsColours(cli.isTerminal, cli.env);
      let failures = 0;
      const tell = ({ level, message }: Finding): void => {
        if (level === "failed") failures += 1;
        const mark = { ok: paint("green", "✔", colours), warning: paint("yellow", "!", colours), failed: paint("red", "✗", colours) }[
          level
        ];
        cli.out(`${mark} ${printable(message)}\n`);
      };
      tell(checkNode());
      tell(checkContextFile(cli.env));
      const client = reachable(cli, command, tell);
      if (client !== undefined) for (const check of serverChecks) tell(await check(client).catch(failure));
      if (failures > 0) cli.setExitCode(1);
    });
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= oldestNode
    ? { level: "ok", message: `Node.js ${process.versions.node}, drover ${packageJson.version}` }
    : { level: "failed", message: `Node.js ${process.versions.node} is older than ${oldestNode}` };
}

function checkContextFile(env: NodeJS.ProcessEnv): Finding {
  const path = contextPath(env);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return { level: "ok", message: `no contexts in ${path}; DROVER_* variables and options say which server` };
  return (mode & 0o077) === 0
    ? { level: "ok", message: `${path} is its owner's alone` }
    : { level: "warning", message: `${path} holds tokens and others may read it: chmod 600 ${path}` };
}

function reachable(cli: Cli, command: Command, tell: (finding: Finding) => void): Client | undefined {
  try {
    const { server } = chooseTarget(command.optsWithGlobals<GlobalOptions>(), cli.env);
    tell({ level: "ok", message: `the server is ${server}` });
    return clientFor(cli, command);
  } catch (error) {
    tell(failure(error));
    return undefined;
  }
}

const serverChecks: readonly ((client: Client) => Promise<Finding>)[] = [
  async (client) => {
    const { version } = await client("getVersion");
    const skew = skewOf(packageJson.version, version);
    return skew === undefined ? { level: "ok", message: `it answers, version ${version}` } : { level: "warning", message: skew };
  },
  async (client) => {
    await client("getReadiness");
    return { level: "ok", message: "it is ready" };
  },
  async (client) => {
    const { actor, role, expiresAt } = await client("whoAmI");
    return { level: "ok", message: `the token is ${actor}'s (${role})${expiresAt === undefined ? "" : `, good until ${expiresAt}`}` };
  },
  async (client) => {
    const { stopped, reason } = await client("getStop");
    return stopped
      ? { level: "warning", message: `the fleet is stopped: ${reason ?? ""}` }
      : { level: "ok", message: "nothing stops the fleet" };
  },
  async (client) => {
    const { items } = await client("listFleetProblems", { query: { pageSize: 1 } });
    return items.length === 0
      ? { level: "ok", message: "every file of the fleet repository is in force" }
      : { level: "warning", message: "files of the fleet repository are not in force: drover get problems" };
  },
];

function failure(error: unknown): Finding {
  const { code, message } = toDroverError(error);
  return { level: "failed", message: `${code === "INTERNAL" ? errorChain(error) : message} (${code})` };
}
