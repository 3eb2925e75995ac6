import { tmpdir } from "node:os";
import { DroverError } from "@drover/kit";
import type { Renderer } from "../../app/render-release.ts";
import { createRenderProcess, type RenderLimits } from "./render-process.ts";

export interface RendererOptions {
  /** Finds the kustomize program; asked only when an application needs it, because finding may mean building. */
  readonly kustomize: () => Promise<string>;
  /** Where temporary folders may be made; the system's own place when absent. */
  readonly scratch?: string;
  readonly limits?: RenderLimits;
}

/** Renders in a process of its own, with limits on time, memory and output. `close` ends that process. */
export function createRenderer(options: RendererOptions): Renderer & { close(): void } {
  const renderProcess = createRenderProcess(options.limits);
  return {
    async render({ render, folder, files, inputs }, signal) {
      const kustomize = render.kind === "kustomize" ? await options.kustomize() : undefined;
      const answer = await renderProcess.run({ render, folder, files, inputs, kustomize, scratch: options.scratch ?? tmpdir() }, signal);
      if (answer.kind === "failed") throw new DroverError("internal", answer.code, answer.message);
      return answer;
    },
    close: renderProcess.close,
  };
}
