import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { consoleSite } from "@drover/demo";
import { locate } from "@drover/tools";
import { type ContainerImage, layImage } from "./container-image.ts";

const context = fileURLToPath(new URL("../../", import.meta.url));

/** The control plane's image as folders, with the libraries that its Dockerfile installs and no others. */
export async function layServerImage(root: string): Promise<ContainerImage> {
  await consoleSite();
  return layImage(root, {
    dockerfile: join(context, "control-plane/Dockerfile"),
    context,
    stages: { libraries: layLibraries, programs: layKustomize },
  });
}

/** What `npm ci` of the Dockerfile's stage would install, taken from this clone. */
async function layLibraries(target: string): Promise<void> {
  const args = ["ls", "--omit=dev", "--omit=optional", "--all", "--parseable", "--workspace", "@drover/control-plane"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: context, maxBuffer: 4 * 1024 * 1024 });
  const modules = join(context, "node_modules/");
  const packages = stdout.split("\n").filter((path) => path.startsWith(modules));
  for (const path of packages.filter((each) => !each.startsWith(join(modules, "@drover/")))) {
    const to = join(target, relative(modules, path));
    // A package's own packages are listed by themselves.
    await cp(path, to, { recursive: true, filter: (each) => each === path || !relative(path, each).startsWith("node_modules") });
  }
  await mkdir(join(target, "@drover"), { recursive: true });
  for (const name of ["kit", "proto", "tools", "control-plane"]) await symlink(`../../${name}`, join(target, "@drover", name));
}

async function layKustomize(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(await locate("kustomize"), target);
}
