import { fileURLToPath } from "node:url";
import { agentBundle } from "@drover/demo";
import { type ContainerImage, layImage } from "./container-image.ts";

const context = fileURLToPath(new URL("../../agent/", import.meta.url));

export async function layAgentImage(root: string): Promise<ContainerImage> {
  await agentBundle();
  return layImage(root, { dockerfile: `${context}/Dockerfile`, context });
}
