import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DroverError } from "@drover/kit";
import { bundleLimits } from "@drover/proto/wire";
import { kustomizationFolders } from "./kustomization.ts";

export interface KustomizeJob {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The program's path. */
  readonly kustomize: string | undefined;
  /** An empty folder of this job's own, removed by whoever made it. */
  readonly scratch: string;
}

/** YAML takes more room than the JSON it becomes, seldom twice as much. */
const maxOutputBytes = 2 * bundleLimits.bytes;
const maxErrorBytes = 16 * 1024;
const maxMemoryBytes = 512 * 1024 * 1024;

/**
 * What `kustomize build` prints, as one file of manifests. It sees a copy of the folders that the kustomization takes files from and an
 * empty environment: no PATH, hence no git, and no proxy that answers. Throws `invalid` KUSTOMIZE_*.
 */
export async function buildKustomization(job: KustomizeJob, folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  if (job.kustomize === undefined) throw new DroverError("internal", "KUSTOMIZE_MISSING", "render: no kustomize program was given");
  const root = join(job.scratch, "repository");
  await mkdir(root, { mode: 0o700 });
  await writeFolders(root, job.files, kustomizationFolders(job.files, folder));
  const printed = await run(job.kustomize, join(root, folder), job.scratch);
  return new Map([[`${folder === "" ? "." : folder} (kustomize build)`, printed]]);
}

async function writeFolders(root: string, files: ReadonlyMap<string, Uint8Array>, folders: ReadonlySet<string>): Promise<void> {
  const isWanted = (path: string): boolean => [...folders].some((folder) => folder === "" || path.startsWith(`${folder}/`));
  for (const [path, bytes] of files) {
    if (!isWanted(path)) continue;
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, bytes, { mode: 0o600, flag: "wx" });
  }
}

function run(program: string, folder: string, home: string): Promise<Uint8Array> {
  const child = spawn(program, ["build", folder, "--load-restrictor", "LoadRestrictionsRootOnly"], {
    cwd: home,
    env: { HOME: home, HTTP_PROXY: deadProxy, HTTPS_PROXY: deadProxy },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    const stop = (error: DroverError): void => {
      child.kill("SIGKILL");
      reject(error);
    };
    const memory = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => bytes > maxMemoryBytes && stop(tooMuchMemory()));
    }, 100);
    const output = collect(maxOutputBytes, () => stop(tooMuchOutput()));
    const complaint = collect(maxErrorBytes, () => {});
    child.stdout.on("data", output.add);
    child.stderr.on("data", complaint.add);
    child.on("error", (cause) => reject(new DroverError("unavailable", "KUSTOMIZE_NOT_STARTED", `run ${program}`, { cause })));
    child.on("close", (code) => {
      clearInterval(memory);
      if (code === 0) resolve(output.bytes());
      else reject(failed(Buffer.from(complaint.bytes()).toString("utf8"), home));
    });
  });
}

/** Nobody listens there: what would be fetched fails at once. */
const deadProxy = "http://127.0.0.1:1";

interface Collected {
  add(chunk: Uint8Array): void;
  bytes(): Uint8Array;
}

function collect(limit: number, overflow: () => void): Collected {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.length;
      if (size > limit) return overflow();
      chunks.push(chunk);
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/** Linux tells it in pages of 4 KiB; elsewhere nothing is known, and the bounds on files and time must do. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const pages = await readFile(`/proc/${pid}/statm`, "utf8").then(
    (text) => Number(text.split(" ")[1]),
    () => 0,
  );
  return pages * 4096;
}

const tooMuchMemory = (): DroverError =>
  new DroverError(
    "exhausted",
    "KUSTOMIZE_MEMORY",
    `kustomize build: it took more than ${maxMemoryBytes} bytes of memory; split the application`,
  );

const tooMuchOutput = (): DroverError =>
  new DroverError(
    "invalid",
    "KUSTOMIZE_OUTPUT_TOO_LARGE",
    `kustomize build: it printed more than ${maxOutputBytes} bytes; split the application`,
  );

/** Its own words, without our folder's name in them. */
function failed(complaint: string, home: string): DroverError {
  const words = complaint
    .replaceAll(`${join(home, "repository")}/`, "")
    .replace(/^Error: /, "")
    .trim();
  return new DroverError("invalid", "KUSTOMIZE_FAILED", `kustomize build: ${words.slice(0, 2000) || "it said nothing"}`);
}
