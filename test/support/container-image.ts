import { execFile } from "node:child_process";
import { chmod, copyFile, cp, mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { parseCopy, stagesIn } from "./dockerfile.ts";

/** An image as folders: what its Dockerfile copies, and the node of its base. */
export interface ContainerImage {
  /** Stands for `/`. */
  readonly root: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly entrypoint: readonly string[];
}

interface Build {
  readonly dockerfile: string;
  /** The folder that COPY copies from. */
  readonly context: string;
  /** Where paths of the context are that something else builds; in the context where they are not named. */
  readonly built?: Readonly<Record<string, string>>;
  /** What `COPY --from=<stage>` lays at its target. */
  readonly stages?: Readonly<Record<string, (target: string) => Promise<void>>>;
}

/** Where base images have node and other programs. */
const programFolder = "usr/local/bin";

/**
 * Does what the last stage of a Dockerfile says into an empty folder. Packages that it installs are those of this machine; other
 * instructions that it does not have now are refused, not ignored.
 */
export async function layImage(root: string, { dockerfile, context, built = {}, stages = {} }: Build): Promise<ContainerImage> {
  await mkdir(join(root, programFolder), { recursive: true });
  await copyFile(process.execPath, join(root, programFolder, "node"));
  const path = [join(root, programFolder), "/usr/bin", "/bin"].join(":");
  let image: ContainerImage = { root, labels: {}, env: { PATH: path }, user: { uid: 0, gid: 0 }, entrypoint: [] };
  for (const { name, text } of stagesIn(await readFile(dockerfile, "utf8")).at(-1) ?? []) {
    if (name === "COPY") await copy(root, (path) => built[path] ?? join(context, path), stages, text);
    else if (name === "LABEL") image = { ...image, labels: { ...image.labels, ...pairsIn(text) } };
    else if (name === "ENV") image = { ...image, env: { ...image.env, ...pairsIn(text) } };
    else if (name === "USER") image = { ...image, user: userIn(text) };
    else if (name === "ENTRYPOINT") image = { ...image, entrypoint: JSON.parse(text) as string[] };
    else if (name === "RUN" && text.startsWith("apt-get update && apt-get install")) continue;
    else if (name !== "ARG" && name !== "FROM" && name !== "CMD")
      throw new Error(`${dockerfile} has ${name} ${text}, which this does not follow yet`);
  }
  // A clone that only its owner may read has files that only its owner may read.
  await promisify(execFile)("chmod", ["-R", "a+rX", root]);
  return image;
}

async function copy(root: string, placeOf: (path: string) => string, stages: NonNullable<Build["stages"]>, text: string): Promise<void> {
  const { from, sources, target } = parseCopy(text);
  if (from === undefined) {
    for (const path of sources) await copyPath(placeOf(path), join(root, target));
    return;
  }
  const lay = stages[from];
  if (lay === undefined) throw new Error(`nobody lays what the stage ${from} makes`);
  return lay(join(root, target));
}

/** A folder's contents become the target's; a file goes into it. */
async function copyPath(from: string, target: string): Promise<void> {
  if ((await stat(from)).isDirectory()) return cp(from, target, { recursive: true });
  await mkdir(target, { recursive: true });
  await copyFile(from, join(target, basename(from)));
  await chmod(join(target, basename(from)), 0o644);
}

const pairsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, bare]) => [key, quoted ?? bare]));

function userIn(text: string): ContainerImage["user"] {
  const [uid, gid] = text.split(":").map(Number) as [number, number];
  return { uid, gid };
}

/** The program that a container's command names, as a file of the image. */
export const programOf = (image: ContainerImage, name: string): string =>
  dirname(name) === "." ? join(image.root, programFolder, name) : name;
