import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { DroverError, Secret } from "@drover/kit";
import { dump, load, YAMLException } from "js-yaml";

export interface Context {
  readonly name: string;
  readonly server: string;
  readonly caFile?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

interface ContextFile {
  readonly currentContext?: string;
  readonly contexts: readonly Context[];
}

/** `DROVER_CONFIG`, or ~/.config/drover/config. */
export const contextPath = (env: NodeJS.ProcessEnv): string =>
  env["DROVER_CONFIG"] ?? join(env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "drover", "config");

/** An absent file is an empty one. */
export function readContexts(path: string): ContextFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { contexts: [] };
    throw new DroverError("invalid", "CONTEXTS_UNREADABLE", `read contexts: ${path} cannot be read`, { cause });
  }
  const value = parseContexts(text);
  if (value !== undefined) return value;
  throw new DroverError(
    "invalid",
    "CONTEXTS_INVALID",
    `read contexts: ${path} is not what \`drover config\` writes; remove it, then set your contexts anew with \`drover config set-context\``,
  );
}

function parseContexts(text: string): ContextFile | undefined {
  try {
    const value = load(text);
    return isContextFile(value) ? value : undefined;
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

// By hand: a schema's compiler takes longer to start than most commands run.
const isContextFile = (value: unknown): value is ContextFile =>
  isRecord(value) && isText(value["currentContext"] ?? "") && Array.isArray(value["contexts"]) && value["contexts"].every(isContext);

const isContext = (value: unknown): value is Context =>
  isRecord(value) &&
  isText(value["name"]) &&
  isText(value["server"]) &&
  ["caFile", "token", "tokenFile"].every((key) => isText(value[key] ?? ""));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";

/** Holds tokens, so nobody else may read it: mode 0600, also when it had another one. */
export function writeContexts(path: string, file: ContextFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, dump(file), { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

export interface Target {
  readonly server: string;
  readonly token: Secret | undefined;
  readonly caFile: string | undefined;
}

interface Choice {
  readonly context?: string | undefined;
  readonly server?: string | undefined;
}

/** Which server to speak to: flags win over DROVER_* variables, those over the current context. */
export function chooseTarget(choice: Choice, environment: NodeJS.ProcessEnv): Target {
  const path = contextPath(environment);
  // Whoever names a context means its server, its CA and its token.
  const env = choice.context === undefined ? environment : {};
  const { contexts, currentContext } = readContexts(path);
  const name = choice.context ?? env["DROVER_CONTEXT"] ?? currentContext;
  const context = contexts.find((candidate) => candidate.name === name);
  const server = choice.server ?? env["DROVER_SERVER"] ?? context?.server;
  if (choice.context !== undefined && !context)
    throw new DroverError(
      "not-found",
      "CONTEXT_NOT_FOUND",
      `no context ${choice.context} in ${path}; \`drover config get-contexts\` lists them`,
    );
  if (server === undefined)
    throw new DroverError(
      "invalid",
      "SERVER_UNKNOWN",
      "no server: `drover auth login URL`, set DROVER_SERVER, or `drover config set-context NAME --server URL --token-file FILE`; beside a demo: `. DATA/env`",
    );
  const tokenFile = env["DROVER_TOKEN_FILE"] ?? context?.tokenFile;
  const direct = env["DROVER_TOKEN"] ?? (env["DROVER_TOKEN_FILE"] === undefined ? context?.token : undefined);
  const token = direct ?? (tokenFile === undefined ? undefined : readToken(tokenFile));
  return { server, token: token === undefined ? undefined : new Secret(token), caFile: env["DROVER_CA_FILE"] ?? context?.caFile };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new DroverError("invalid", "TOKEN_UNREADABLE", `read token: ${file} cannot be read`, { cause });
  }
}
