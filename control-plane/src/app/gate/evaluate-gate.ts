import { type Instant, later } from "@drover/kit";
import { judgeApprovals } from "../../domain/gate/judge-approvals.ts";
import { judgeMeasurements, type Measurement } from "../../domain/gate/judge-measurements.ts";
import type { GateNews, GateVerdict } from "../../domain/gate/verdict.ts";
import { isActive } from "../../domain/rollout/phase.ts";
import { failpoint } from "../failpoint.ts";
import type { GateSnapshot, Measured } from "./gate-snapshot.ts";
import type { Outcome } from "../work-queue.ts";

/** PostgreSQL implements this in adapters/pg. */
export interface GateStore {
  load(runId: string): Promise<GateSnapshot | undefined>;
  /** Writes what became of the gate. Throws `stale` GATE_CHANGED when it is no longer as the snapshot has it. */
  write(snapshot: GateSnapshot, news: GateNews): Promise<void>;
  /** Nobody waits for the gate any more: what was begun for it is given up. */
  abandon(snapshot: GateSnapshot): Promise<void>;
  /** `write` with a measurement, which throws too when another replica has taken it, or the rollout no longer runs. */
  record(snapshot: GateSnapshot, measurement: Measurement, news: GateNews): Promise<void>;
}

interface EvaluateDeps {
  readonly gates: GateStore;
  /** Measures a gate once, within the gate's time. What cannot be measured is a failure that says why; it throws when `signal` aborts. */
  readonly measure: (snapshot: GateSnapshot, signal: AbortSignal) => Promise<Measured>;
  readonly clock: { now(): Instant };
}

/** Nobody tells us of a rollout that goes on, or that a stop is over. */
const heldPollMs = 10_000;
/** A Job's end asks for its gate; the end of its rollout does not. */
const begunPollMs = 30_000;

/** Handler of the queue `gate`: looks at one gate, measures what is due, and writes what that makes of it. */
export const createGateEvaluator =
  ({ gates, measure, clock }: EvaluateDeps) =>
  async (runId: string, signal: AbortSignal): Promise<Outcome> => {
    signal.throwIfAborted();
    const snapshot = await gates.load(runId);
    if (snapshot === undefined || snapshot.state !== "Open") return { kind: "done" };
    if (!isActive(snapshot.phase)) {
      await gates.abandon(snapshot);
      return { kind: "done" };
    }
    if (!snapshot.isAsked) return { kind: "recheck", at: later(clock.now(), heldPollMs) };
    const verdict = judge(snapshot, clock.now());
    if (verdict.kind !== "Measure") {
      await gates.write(snapshot, verdict);
      return outcomeOf(verdict);
    }
    const measured = await measure(snapshot, signal);
    if (measured.kind === "Wait") {
      await gates.write(snapshot, measured);
      return outcomeOf({ ...measured, until: earlier(measured.until, later(clock.now(), begunPollMs)) });
    }
    failpoint("gate.measured");
    const { ok, value, message } = measured;
    const measurement: Measurement = { n: snapshot.measurements.length + 1, at: clock.now(), ok, value, message };
    const news = newsOf(judgeMeasurements(snapshot.gate, [...snapshot.measurements, measurement], measurement.at), measurement.at);
    await gates.record(snapshot, measurement, news);
    failpoint("gate.recorded");
    return outcomeOf(news);
  };

const earlier = (until: Instant | undefined, other: Instant): Instant => (until !== undefined && until < other ? until : other);

function judge({ gate, measurements, approvals, openedAt }: GateSnapshot, now: Instant): GateVerdict {
  const { check, timeoutMs } = gate;
  return check.kind === "Approval"
    ? judgeApprovals({ required: check.required, timeoutMs, openedAt }, approvals, now)
    : judgeMeasurements(gate, measurements, now);
}

const newsOf = (verdict: GateVerdict, at: Instant): GateNews =>
  verdict.kind === "Measure" ? { kind: "Wait", because: verdict.because, until: at } : verdict;

const outcomeOf = (news: GateNews): Outcome =>
  news.kind === "Wait" && news.until !== undefined ? { kind: "recheck", at: news.until } : { kind: "done" };
