import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  context,
  trace,
} from "@opentelemetry/api";
import type { Instant } from "../pure/time.ts";

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The W3C form of the active span, or undefined when nobody traces. It travels in rows, envelopes and reports as plain text. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span)
    ? `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`
    : undefined;
}

interface SpanOptions {
  /** Of the call that caused this work, possibly in another process and long ago. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
}

/** Runs `work` in a span named `noun.verb`. Without a tracing SDK this costs next to nothing and changes nothing. */
export async function withSpan<T>(name: string, { parent, attributes = {} }: SpanOptions, work: () => Promise<T>): Promise<T> {
  const tracer = trace.getTracer("drover");
  return tracer.startActiveSpan(name, { attributes }, contextOf(parent), async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.recordException(error instanceof Error ? error : String(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A span of work that has ended: what it belonged to was not known before. */
export function recordSpan(name: string, { parent, attributes = {} }: SpanOptions, begun: Instant): void {
  trace.getTracer("drover").startSpan(name, { attributes, startTime: begun }, contextOf(parent)).end();
}

function contextOf(parent: string | undefined): Context {
  const [, traceId, spanId, flags] = traceparentForm.exec(parent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return context.active();
  const remote: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, remote);
}
