import { chmod, copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentBundle } from "@drover/demo";

/** The agent's image as folders: what its Dockerfile copies, and the node of its base. */
export interface AgentImage {
  /** Stands for `/`. */
  readonly root: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly entrypoint: readonly string[];
}

const context = fileURLToPath(new URL("../../agent/", import.meta.url));

/** Where the base image has node. */
const nodeFolder = "usr/local/bin";

/** Does what the Dockerfile says into an empty folder. Instructions that it does not have now are refused, not ignored. */
export async function layAgentImage(root: string): Promise<AgentImage> {
  await agentBundle();
  await mkdir(join(root, nodeFolder), { recursive: true });
  await copyFile(process.execPath, join(root, nodeFolder, "node"));
  let image: AgentImage = { root, labels: {}, env: { PATH: join(root, nodeFolder) }, user: { uid: 0, gid: 0 }, entrypoint: [] };
  for (const { name, text } of instructionsIn(await readFile(join(context, "Dockerfile"), "utf8"))) {
    if (name === "COPY") await copy(root, text);
    else if (name === "LABEL") image = { ...image, labels: { ...image.labels, ...pairsIn(text) } };
    else if (name === "ENV") image = { ...image, env: { ...image.env, ...pairsIn(text) } };
    else if (name === "USER") image = { ...image, user: userIn(text) };
    else if (name === "ENTRYPOINT") image = { ...image, entrypoint: JSON.parse(text) as string[] };
    else if (name !== "ARG" && name !== "FROM") throw new Error(`the Dockerfile has ${name}, which this does not follow yet`);
  }
  return image;
}

function instructionsIn(dockerfile: string): readonly { readonly name: string; readonly text: string }[] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  return lines.flatMap((line) => {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || text === undefined ? [] : [{ name, text }];
  });
}

async function copy(root: string, text: string): Promise<void> {
  const paths = text.split(/\s+/);
  const target = join(root, paths.at(-1) ?? "");
  await mkdir(target, { recursive: true });
  for (const path of paths.slice(0, -1)) {
    await copyFile(join(context, path), join(target, basename(path)));
    await chmod(join(target, basename(path)), 0o644);
  }
}

const pairsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, bare]) => [key, quoted ?? bare]));

function userIn(text: string): AgentImage["user"] {
  const [uid, gid] = text.split(":").map(Number) as [number, number];
  return { uid, gid };
}

/** The program that a container's command names, as a file of the image. */
export const programOf = (image: AgentImage, name: string): string => (dirname(name) === "." ? join(image.root, nodeFolder, name) : name);
