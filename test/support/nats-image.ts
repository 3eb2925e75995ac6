import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { locate } from "@drover/tools";
import type { ContainerImage } from "./container-image.ts";

/** As much of the nats image as a pod of it needs: the program. */
export async function layNatsImage(root: string): Promise<ContainerImage> {
  const programs = join(root, "usr/local/bin");
  await mkdir(programs, { recursive: true });
  await copyFile(await locate("nats-server"), join(programs, "nats-server"));
  return { root, labels: {}, env: {}, user: { uid: 65532, gid: 65532 }, entrypoint: ["nats-server"] };
}
