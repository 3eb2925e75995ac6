import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Assignment } from "@drover/proto/wire";

/** Runs `work` as part of the trace of the call that caused the assignment. Costs nothing while no telemetry is set up. */
export function inApplySpan<T>(assignment: Assignment | undefined, work: () => Promise<T>): Promise<T> {
  if (!assignment?.traceparent) return work();
  const parent = propagation.extract(context.active(), { traceparent: assignment.traceparent });
  const attributes = { "drover.application": assignment.application, "drover.generation": assignment.generation };
  return trace.getTracer("drover-agent").startActiveSpan("agent.apply", { attributes }, parent, async (span) => {
    try {
      return await work();
    } catch (thrown) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw thrown;
    } finally {
      span.end();
    }
  });
}
