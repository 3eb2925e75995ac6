/**
 * The render process: what tenants write is parsed here, where it may exhaust memory or time without harm. It is forked by
 * render-process.ts, knows nothing of the server's environment but where Node keeps what it compiled, renders one job at a time and
 * answers each.
 */
import { flushCompileCache } from "node:module";
import { errorChain, toDroverError } from "@drover/kit";
import { type RenderAnswer, type RenderJob, renderBundle } from "./render-job.ts";

// It may be killed at any time, and would then leave its successors nothing.
flushCompileCache();

process.on("message", (job: RenderJob) => {
  void answer(job).then((said) => process.send?.(said));
});
// Nobody would read the answer.
process.on("disconnect", () => process.exit(0));

async function answer(job: RenderJob): Promise<RenderAnswer> {
  try {
    return { kind: "bundle", bundle: await renderBundle(job) };
  } catch (thrown) {
    const error = toDroverError(thrown);
    const { kind, code, message, details } = error;
    if (kind === "invalid") return { kind: "problem", problem: { code, message, details } };
    return { kind: "failed", error: { kind, code, message: errorChain(error) } };
  }
}
