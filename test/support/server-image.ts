import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { locate } from "@drover/tools";
import { type ContainerImage, layImage } from "./container-image.ts";
import { shared } from "./shared.ts";

const context = fileURLToPath(new URL("../../", import.meta.url));

/** The control plane's image as folders. */
export const layServerImage = async (root: string): Promise<ContainerImage> =>
  layImage(root, {
    dockerfile: join(context, "control-plane/Dockerfile"),
    context,
    built: { "console/dist/site": await shared("console"), "control-plane/dist/program": await shared("control-plane") },
    stages: { programs: layKustomize },
  });

async function layKustomize(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(await locate("kustomize"), target);
}
