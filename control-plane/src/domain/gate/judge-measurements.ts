import { type Instant, later } from "@drover/kit";
import type { Gate } from "../rollout/gate.ts";
import type { GateVerdict } from "./verdict.ts";

/** What one look at the world came to. */
export interface Measurement {
  readonly n: number;
  readonly at: Instant;
  readonly ok: boolean;
  /** What was seen, for people. */
  readonly value: string | undefined;
  readonly message: string;
}

/**
 * A gate passes with `count` successes and fails with one failure more than `failureLimit`, in whatever order they came; a failed one stays
 * failed. So it ends after `count + failureLimit` measurements at the latest.
 */
export function judgeMeasurements(
  { count, failureLimit, intervalMs }: Pick<Gate, "count" | "failureLimit" | "intervalMs">,
  measured: readonly Measurement[],
  now: Instant,
): GateVerdict {
  const failures = measured.filter(({ ok }) => !ok);
  const successes = measured.length - failures.length;
  const newest = newestOf(measured);
  if (failures.length > failureLimit)
    return {
      kind: "Failed",
      because: `${failures.length} of ${measured.length} measurements failed, ${failureLimit} may: ${newestOf(failures)?.message ?? ""}`,
    };
  if (successes >= count) return { kind: "Passed", because: `${successes} of ${measured.length} measurements succeeded` };
  const because =
    newest === undefined
      ? "it is about to be measured"
      : `${successes} of ${count} measurements succeeded, ${failures.length} failed of ${failureLimit} that may; last: ${newest.message}`;
  const due = newest === undefined ? now : later(newest.at, intervalMs);
  return due <= now ? { kind: "Measure", because } : { kind: "Wait", because, until: due };
}

const newestOf = (measured: readonly Measurement[]): Measurement | undefined =>
  measured.reduce<Measurement | undefined>((newest, one) => (newest === undefined || one.n > newest.n ? one : newest), undefined);
