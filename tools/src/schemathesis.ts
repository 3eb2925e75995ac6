import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { withLockFile } from "./lock-file.ts";

const requirements = fileURLToPath(new URL("../schemathesis/requirements.txt", import.meta.url));
const installDeadlineMs = 5 * 60_000;

/** Python writes its environment's own path into it, so it is made where it stays, and its program gets this name when all of it is there. */
const program = "bin/schemathesis-ready";

/**
 * The path of schemathesis, the property-based client of the REST API, in a Python environment of its own: made once for each list of
 * requirements, from pinned packages whose hashes are checked. Needs python3 with venv, and the package index the first time.
 */
export async function locateSchemathesis(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const pinned = await readFile(requirements);
  const root = env["DROVER_TOOLS_CACHE"] || join(env["XDG_CACHE_HOME"] || join(env["HOME"] || homedir(), ".cache"), "drover", "tools");
  const name = `schemathesis-${createHash("sha256").update(pinned).digest("hex").slice(0, 12)}-${process.platform}-${process.arch}`;
  const folder = join(resolve(root), name);
  await mkdir(dirname(folder), { recursive: true });
  return withLockFile(`${folder}.lock`, { waitMs: installDeadlineMs, onWait: () => {} }, async () => {
    const found = join(folder, program);
    if (await exists(found)) return found;
    await rm(folder, { recursive: true, force: true });
    await install(folder).catch((cause: unknown) => {
      throw new DroverError(
        "unavailable",
        "PROGRAM_BUILD_FAILED",
        "install schemathesis: python3 with venv and the package index are needed",
        {
          cause,
        },
      );
    });
    await rename(join(folder, "bin/schemathesis"), found);
    return found;
  });
}

async function install(folder: string): Promise<void> {
  const run = promisify(execFile);
  await run("python3", ["-m", "venv", folder], { timeout: installDeadlineMs });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", requirements];
  await run(join(folder, "bin/python3"), pip, { timeout: installDeadlineMs });
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
