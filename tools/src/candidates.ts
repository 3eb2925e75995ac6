import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { environmentVariable, type Program } from "./programs.ts";

/** Where a program was looked for. A person's explicit choice and our own cache are trusted; the others must show an acceptable version. */
export type Origin = "environment variable" | "PATH" | "KUBEBUILDER_ASSETS" | "cache";

export interface Candidate {
  readonly origin: Origin;
  readonly file: string;
}

/** Every place a program may be in, best first. */
export function candidates(program: Program, env: NodeJS.ProcessEnv): readonly Candidate[] {
  const explicit = env[environmentVariable(program)];
  // An explicit choice is the only one: falling back to another program would hide a typing error.
  if (explicit) return [{ origin: "environment variable", file: resolve(explicit) }];
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    // Relative entries mean another program in every folder, and node_modules/.bin holds wrappers of npm packages.
    .filter((folder) => isAbsolute(folder) && !folder.endsWith(join("node_modules", ".bin")))
    .map((folder): Candidate => ({ origin: "PATH", file: join(folder, program.file) }));
  const assets = program.folderVariable && env[program.folderVariable];
  return [
    ...onPath,
    ...(assets ? [{ origin: "KUBEBUILDER_ASSETS", file: join(resolve(assets), program.file) } as const] : []),
    { origin: "cache", file: join(cacheFolder(program, env), program.file) },
  ];
}

/** Outside the tree, so that clones share it; one folder per version and machine, so that a new pin never meets an old binary. */
export function cacheFolder(program: Program, env: NodeJS.ProcessEnv, platform = process.platform, arch = process.arch): string {
  const root = env["DROVER_TOOLS_CACHE"] || join(env["XDG_CACHE_HOME"] || join(env["HOME"] || homedir(), ".cache"), "drover", "tools");
  return join(resolve(root), `${program.name}-${program.version}-${platform}-${arch}`);
}
