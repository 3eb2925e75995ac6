import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import type { Outcome } from "./outcome.ts";

/** Objects whose time comes within this are tried together. */
const togetherMs = 500;

/** When the first of the objects that could not be applied may be tried again; where none has a pace, the application's own counts. */
export function nextRetry({ objects }: Application, { clock }: EngineContext): Outcome {
  const due = [...objects.values()].flatMap(({ failure, retry }) => (failure && retry ? [retry.notBeforeMs] : []));
  if (due.length === 0) return { kind: "retry" };
  return { kind: "retry", afterMs: togetherMs + Math.max(0, due.reduce((a, b) => Math.min(a, b)) - clock.monotonicMs()) };
}
