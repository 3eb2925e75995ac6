import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import type { Renderer, RenderResult } from "../../app/release/render-release.ts";
import type { RenderJob } from "./render-job.ts";
import { createRenderProcess, type RenderLimits, type RenderProcess } from "./render-process.ts";

export interface RendererOptions {
  /** Finds the kustomize program; asked only when an application needs it, because finding may mean building. */
  readonly kustomize: () => Promise<string>;
  /** Where temporary folders may be made; the system's own place when absent. */
  readonly scratch?: string;
  readonly limits?: RenderLimits;
}

/** Renders in a process of its own, with limits on time, memory and output. `warm` starts that process, `close` ends it. */
export function createRenderer(options: RendererOptions): Renderer & Pick<RenderProcess, "warm" | "close"> {
  const renderProcess = createRenderProcess(options.limits);
  const run = async (job: RenderJob, signal: AbortSignal): Promise<RenderResult> => {
    const answer = await renderProcess.run(job, signal);
    if (answer.kind === "failed") throw new DroverError(answer.error.kind, answer.error.code, answer.error.message);
    return answer;
  };
  return {
    async render(request, signal) {
      if (request.render.kind !== "kustomize") return run({ ...request, kustomize: undefined, scratch: "" }, signal);
      const kustomize = await options.kustomize();
      // Made and removed here, so that nothing is left behind when the process has to be killed.
      const scratch = await mkdtemp(join(options.scratch ?? tmpdir(), "drover-render-"));
      try {
        return await run({ ...request, kustomize, scratch }, signal);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    warm: renderProcess.warm,
    close: renderProcess.close,
  };
}
