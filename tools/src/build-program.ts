import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DroverError } from "@drover/kit";
import { killedAtExit } from "./killed-at-exit.ts";
import { withLockFile } from "./lock-file.ts";
import { environmentVariable, type Program } from "./programs.ts";

const modules = fileURLToPath(new URL("../programs/", import.meta.url));

/** Kubernetes' API server alone takes five minutes on two cores with nothing cached. */
const buildDeadlineMs = 30 * 60 * 1000;
const progressEveryMs = 15_000;
const maxOutputBytes = 64 * 1024;

/** Builds a program from its pinned Go module into `folder` and returns its path. Processes that want the same program share one build. */
export async function buildProgram(
  program: Program,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<string> {
  const target = join(folder, program.file);
  const title = `${program.name} ${program.version}`;
  await mkdir(folder, { recursive: true });
  const onWait = (): void => progress(`waiting for another process that builds ${title}`);
  return withLockFile(join(folder, "lock"), { waitMs: buildDeadlineMs, onWait }, async () => {
    if (await exists(target)) return target;
    // In the same folder: a rename is atomic only within one file system.
    const unfinished = join(folder, `unfinished-${randomUUID()}`);
    const started = performance.now();
    const seconds = (): number => Math.round((performance.now() - started) / 1000);
    progress(`building ${title} (once; it is kept in ${dirname(folder)})`);
    const ticker = setInterval(() => progress(`building ${title}: ${seconds()} s`), progressEveryMs);
    try {
      await goBuild(program, unfinished, env);
      await rename(unfinished, target);
    } finally {
      clearInterval(ticker);
      await rm(unfinished, { force: true });
    }
    progress(`built ${title} in ${seconds()} s`);
    return target;
  });
}

async function goBuild(program: Program, output: string, env: NodeJS.ProcessEnv): Promise<void> {
  const variables = Object.entries(program.linkerVariables).map(([name, value]) => ` -X ${name}=${value}`);
  const args = ["build", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w${variables.join("")}`, "-o", output, program.goPackage];
  // GOWORK and GOFLAGS of the surrounding machine must not change which versions are built.
  const goEnv = { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly" };
  const child = spawn("go", args, { cwd: join(modules, program.family), env: goEnv, stdio: ["ignore", "ignore", "pipe"] });
  killedAtExit(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), buildDeadlineMs);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-maxOutputBytes);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", (cause) => reject(goMissing(program, cause)));
      child.once("close", (status) => (status === 0 ? resolve() : reject(buildFailed(program, errors))));
    });
  } finally {
    clearTimeout(timer);
  }
}

const goMissing = (program: Program, cause: Error): DroverError =>
  new DroverError(
    "not-found",
    "PROGRAM_MISSING",
    `${program.name} ${program.version} is not on this machine; it is needed for ${program.neededFor}. ` +
      `Ways to get it: install Go 1.26 or newer, and it is built by itself; put ${program.file} ${program.version} on PATH; ` +
      `or name the file in ${environmentVariable(program)}`,
    { cause },
  );

const buildFailed = (program: Program, errors: string): DroverError =>
  new DroverError(
    "unavailable",
    "PROGRAM_BUILD_FAILED",
    `build ${program.name} ${program.version}: go build failed. Its last lines:\n${errors
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("go: downloading "))
      .slice(-10)
      .join("\n")}`,
  );

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
