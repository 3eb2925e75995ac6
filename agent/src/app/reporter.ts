import { type Backoff, backoffMs, canonicalJson, fullJitter } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import {
  type AgentEvent,
  type ApplicationStatus,
  type JobStatus,
  nkeyFromSeed,
  type Report,
  type ReportAnswer,
  signReport,
} from "@drover/proto/wire";
import type { AgentEvents } from "./agent-events.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { DesiredState } from "./desired-state.ts";
import type { Enrolled } from "./enrol.ts";
import { Wake } from "./engine/schedule/wake.ts";

interface Deps {
  readonly controlPlane: ControlPlane;
  readonly statuses: () => readonly ApplicationStatus[];
  readonly jobs: () => readonly JobStatus[];
  readonly inMaintenance: () => boolean;
  readonly leaseTransitions: () => number;
  readonly events: AgentEvents;
  readonly desired: Pick<DesiredState, "held">;
  readonly current: () => Enrolled;
  readonly boot: number;
  readonly agentVersion: string;
  readonly kubernetesVersion: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** What a report is made of, taken at one moment. */
interface Snapshot {
  readonly statuses: readonly ApplicationStatus[];
  readonly jobs: readonly JobStatus[];
}

const atLeastEveryMs = 30_000;
const otherChangesAfterMs = 1_000;
const retries: Backoff = { firstMs: 500, factor: 2, maxMs: 30_000 };
/** Of the report's JSON: base64 and its frame stay under the 256 KB of a message. */
const maxReportBytes = 180 * 1024;
const maxEventsPerReport = 100;

/**
 * Tells the control plane what is. One report is unanswered at a time, and every one is a whole snapshot: a lost one is
 * made up for by the next, and the fleet never has more reports in flight than agents.
 */
export class Reporter {
  readonly #deps: Deps;
  readonly #wake = new Wake();
  #seq = 0;
  #connected = false;
  /** The words people and gates wait for, as they were last acknowledged. */
  #told = "";
  #toldAll = "";

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  connected(): void {
    this.#connected = true;
    this.#told = "";
    this.#wake.request();
  }

  disconnected(): void {
    this.#connected = false;
  }

  /** Statuses or events may have changed. */
  changed(): void {
    this.#wake.request();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#deps;
    let failures = 0;
    let dueAtMs = 0;
    let notBeforeMs = 0;
    let waitMs: number | undefined;
    while (!signal.aborted) {
      await this.#wake.requested(waitMs, clock, signal);
      this.#wake.taken();
      if (signal.aborted) return;
      const nowMs = clock.monotonicMs();
      const snapshot = { statuses: this.#deps.statuses(), jobs: this.#deps.jobs() };
      dueAtMs = Math.max(notBeforeMs, Math.min(dueAtMs, nowMs + this.#patienceMs(snapshot)));
      if (!this.#connected || nowMs < dueAtMs) {
        waitMs = this.#connected ? dueAtMs - nowMs : undefined;
        continue;
      }
      try {
        await this.#send(snapshot, signal);
        failures = 0;
        dueAtMs = clock.monotonicMs() + atLeastEveryMs;
      } catch (err) {
        log.debug({ err }, "a report was not acknowledged");
        notBeforeMs = clock.monotonicMs() + 100 + fullJitter(backoffMs(retries, failures), random());
        dueAtMs = notBeforeMs;
        failures += 1;
      }
      waitMs = Math.max(0, dueAtMs - clock.monotonicMs());
    }
  }

  /** How long news may wait. */
  #patienceMs(snapshot: Snapshot): number {
    if (wordsOf(snapshot) !== this.#told) return 0;
    const news = this.#deps.events.pending(1).length > 0 || contentOf(snapshot) !== this.#toldAll;
    return news ? otherChangesAfterMs : atLeastEveryMs;
  }

  async #send(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const { controlPlane, events, current } = this.#deps;
    const report = this.#report(snapshot);
    const signer = nkeyFromSeed("user", current().seed.reveal());
    const answer = await controlPlane.report(signReport(report, signer), signal);
    if (answer.kind === "refused") return this.#refused(answer, signal);
    events.acknowledge(answer.eventSeq);
    this.#told = wordsOf(snapshot);
    this.#toldAll = contentOf(snapshot);
  }

  async #refused(
    { code, message, retryAfterMs = atLeastEveryMs }: Extract<ReportAnswer, { kind: "refused" }>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#deps.log.warn({ code, reason: message }, "the control plane refuses the report");
    await this.#deps.clock.sleep(retryAfterMs, signal).catch(() => {});
  }

  #report({ statuses, jobs }: Snapshot): Report {
    const { current, boot, desired, inMaintenance, leaseTransitions, agentVersion, kubernetesVersion } = this.#deps;
    const { identity } = current();
    const report: Report = {
      cluster: identity.cluster,
      enrolment: identity.enrolment,
      boot,
      seq: ++this.#seq,
      agentVersion,
      kubernetesVersion,
      leaseTransitions: leaseTransitions(),
      ...(inMaintenance() ? { maintenance: true } : {}),
      epoch: desired.held?.epoch ?? 0,
      sequence: desired.held?.sequence ?? 0,
      applications: [...statuses],
      events: [],
      ...(jobs.length > 0 ? { jobs: [...jobs] } : {}),
    };
    return { ...report, events: this.#eventsFor(maxReportBytes - Buffer.byteLength(JSON.stringify(report))) };
  }

  /** As many as fit; the others go with the next report. */
  #eventsFor(bytes: number): AgentEvent[] {
    const fitting: AgentEvent[] = [];
    let left = bytes;
    for (const event of this.#deps.events.pending(maxEventsPerReport)) {
      left -= Buffer.byteLength(JSON.stringify(event)) + 1;
      if (left < 0) break;
      fitting.push(event);
    }
    return fitting;
  }
}

const wordsOf = ({ statuses, jobs }: Snapshot): string =>
  [
    ...statuses.map(({ application, generation, bundle, sync, health }) => `${application} ${generation} ${bundle} ${sync} ${health}`),
    ...jobs.map(({ id, state }) => `${id} ${state}`),
  ].join("\n");

const contentOf = ({ statuses, jobs }: Snapshot): string =>
  canonicalJson([...statuses.map(({ observedAt: _at, lastDegradedAt: _last, ...status }) => status), ...jobs]);
