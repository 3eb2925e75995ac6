import type { RenderJob } from "./render-job.ts";
export async function runKustomize(_job: RenderJob, _folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  return new Map();
}
