import { trace } from "@opentelemetry/api";
import { pino } from "pino";
import { harmlessLine } from "./harmless-line.ts";

/** Message: a constant phrase. Facts: fields with fixed names (clusterId, rolloutId, generation, traceId, err). */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on standard error: standard output belongs to data. Each line carries the active trace's id. */
export function createLog(name: string, level: LogLevel): Log {
  const out = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const span = trace.getActiveSpan()?.spanContext();
        return span ? { traceId: span.traceId, spanId: span.spanId } : {};
      },
    },
    { write: (line) => void out.write(harmlessLine(line)) },
  );
}
