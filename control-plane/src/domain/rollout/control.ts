import { nextPhase, type Phase } from "./phase.ts";

/** What a person asks of a rollout. */
export type Order = { readonly kind: "pause" } | { readonly kind: "resume"; readonly acceptFailures: number } | { readonly kind: "abort" };

export interface Standing {
  readonly phase: Phase;
  readonly failed: number;
  /** Failures tolerated as of now, accepted ones included. */
  readonly maxFailures: number;
}

export type Ruling =
  | { readonly kind: "move"; readonly event: "paused" | "resumed" | "aborted"; readonly to: Phase }
  /** It is so already; asking twice is asking once. */
  | { readonly kind: "settled" }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

const events = { pause: "paused", resume: "resumed", abort: "aborted" } as const;
const isSettled: Readonly<Record<Order["kind"], readonly Phase[]>> = {
  pause: ["Paused"],
  resume: ["Running", "Pending"],
  abort: ["Aborted"],
};

export function judgeOrder(order: Order, { phase, failed, maxFailures }: Standing): Ruling {
  if (isSettled[order.kind].includes(phase)) return { kind: "settled" };
  const to = nextPhase(phase, events[order.kind]);
  if (to === undefined)
    return { kind: "refused", code: "ROLLOUT_WRONG_PHASE", message: `it is ${phase} and cannot be ${events[order.kind]}` };
  const missing = failed - maxFailures;
  if (order.kind === "resume" && phase === "Halted" && order.acceptFailures < missing)
    return {
      kind: "refused",
      code: "ROLLOUT_BUDGET_SPENT",
      message: `${failed} clusters failed and ${maxFailures} may; resume it with acceptFailures ${missing} or more, or roll back`,
    };
  return { kind: "move", event: events[order.kind], to };
}
