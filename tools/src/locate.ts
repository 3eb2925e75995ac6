import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { buildProgram } from "./build-program.ts";
import { cacheFolder, type Candidate, candidates } from "./candidates.ts";
import { environmentVariable, isAcceptable, parseVersion, type Program, type ProgramName, programNamed } from "./programs.ts";

export interface LocateOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Gets one line at a time while something is built. */
  readonly progress?: (line: string) => void;
}

interface Search {
  readonly candidate: Candidate | undefined;
  /** Programs that were passed over, and why. */
  readonly skipped: readonly string[];
}

/** The path of a program: found on this machine or built into the cache, which takes minutes the first time. */
export async function locate(name: ProgramName, options: LocateOptions = {}): Promise<string> {
  const program = programNamed(name);
  const env = options.env ?? process.env;
  const { candidate } = await findProgram(program, env);
  if (candidate !== undefined) return candidate.file;
  return buildProgram(program, cacheFolder(program, env), env, options.progress ?? toStderr);
}

/** Several programs, one after the other: builds already use every core. */
export async function locateAll<N extends ProgramName>(
  names: readonly N[],
  options: LocateOptions = {},
): Promise<Readonly<Record<N, string>>> {
  const found: Partial<Record<N, string>> = {};
  for (const name of names) found[name] = await locate(name, options);
  return found as Record<N, string>;
}

/** Looks without building. */
export async function findProgram(program: Program, env: NodeJS.ProcessEnv): Promise<Search> {
  const skipped: string[] = [];
  for (const candidate of candidates(program, env)) {
    const exists = await isExecutable(candidate.file);
    if (!exists && candidate.origin === "environment variable") throw notThere(program, candidate.file);
    if (!exists) continue;
    if (candidate.origin === "environment variable" || candidate.origin === "cache") return { candidate, skipped };
    const version = await versionOf(candidate.file, program);
    if (version !== undefined && isAcceptable(program, version)) return { candidate, skipped };
    skipped.push(`${candidate.file} is ${version ?? "of an unknown version"}`);
  }
  return { candidate: undefined, skipped };
}

const notThere = (program: Program, file: string): DroverError =>
  new DroverError(
    "not-found",
    "PROGRAM_MISSING",
    `${environmentVariable(program)} names ${file}, which is no executable file: correct or unset it`,
  );

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const versionTimeoutMs = 10_000;

/** Undefined when the program does not say, fails or hangs: it is then not one of ours. */
async function versionOf(file: string, program: Program): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, program.versionArgs, { timeout: versionTimeoutMs, killSignal: "SIGKILL" });
    return parseVersion(stdout) ?? parseVersion(stderr);
  } catch {
    return undefined;
  }
}

const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);
