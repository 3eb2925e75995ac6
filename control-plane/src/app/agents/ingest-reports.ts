import { type ClusterId, DroverError, type Instant, rfc3339, toDroverError } from "@drover/kit";
import { type Clock, recordSpan } from "@drover/kit/node";
import { type Digest, digestOfBytes, openReport, readDsse, type Report, type ReportAnswer, type TrustedKeys } from "@drover/proto/wire";
import { compareOrder, judgeReport, type ReportedCluster } from "../../domain/ingest/judge-report.ts";
import { failpoint } from "../failpoint.ts";
import { parsePayload } from "./wire-payload.ts";

/** A cluster as ingest must know it, and the keys that may sign its reports: the newest, and the one before while they overlap. */
export interface Reporter extends ReportedCluster {
  readonly keys: TrustedKeys;
}

export interface AcceptedReport {
  readonly report: Report;
  readonly digest: Digest;
  /** Events with higher numbers are new. */
  readonly eventSeq: number;
}

export interface Committed {
  /** By cluster; absent when another replica committed a newer report meanwhile. */
  readonly eventSeqs: ReadonlyMap<ClusterId, number>;
  readonly serverTime: Instant;
  /** Statuses for generations that were never assigned. They were left out. */
  readonly unknownGenerations: number;
  /** Traces of the assignments that these reports are the answer to. Most reports only say that the agent lives, and answer none. */
  readonly answered: readonly string[];
}

export interface ReportStore {
  reporters(clusters: readonly ClusterId[]): Promise<ReadonlyMap<ClusterId, Reporter>>;
  /** One transaction, at most one report a cluster. */
  commit(reports: readonly AcceptedReport[]): Promise<Committed>;
}

/** What became of reports, for counters. `unknown-generation` counts statuses. */
export type IngestOutcome = "accepted" | "repeated" | "refused" | "busy" | "unknown-generation";

interface IngestDeps {
  readonly store: ReportStore;
  readonly clock: Clock;
  readonly count: (outcome: IngestOutcome, n: number) => void;
}

/** So long is waited for more, unless so many wait already: what a transaction costs by itself is then little for each of them. */
const gatherMs = 5;
const worthwhileReports = 32;
/** While reports keep coming, smaller batches begin this far apart: one of two reports costs each of them four times what one of thirty does. */
const betweenBatchesMs = 25;
/** Checked and compared at one go, a third of a millisecond each: nobody else in this process has a turn meanwhile. */
const maxBatchReports = 128;
/** About 20,000 statuses: a statement of that size takes a fraction of a second. */
const maxBatchBytes = 16 * 1024 * 1024;
/** Reports that wait for their batch. Agents send again, newer, so refusing costs nothing but time. */
const maxWaitingBytes = 64 * 1024 * 1024;
const busyRetryMs = 2_000;

interface Waiting {
  readonly cluster: ClusterId;
  readonly payload: Uint8Array;
  readonly answer: (answer: ReportAnswer) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Takes in agents' reports in batches and answers each after its commit. Where two of one cluster meet in a batch only the
 * newer is stored. One batch is in work at a time; the next one gathers meanwhile.
 */
export function createReportIngest({
  store,
  clock,
  count,
}: IngestDeps): (cluster: ClusterId, payload: Uint8Array) => Promise<ReportAnswer> {
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let working = false;
  let enough = new AbortController();
  let begunAt = -Infinity;

  const gather = async (): Promise<void> => {
    if (waiting.length >= worthwhileReports) return;
    enough = new AbortController();
    const ms = Math.max(gatherMs, begunAt + betweenBatchesMs - clock.monotonicMs());
    await clock.sleep(ms, enough.signal).catch(() => {}); // aborted once enough wait
  };

  const take = (): readonly Waiting[] => {
    let bytes = 0;
    let end = 0;
    while (end < Math.min(waiting.length, maxBatchReports) && bytes < maxBatchBytes) bytes += waiting[end++]!.payload.length;
    const batch = waiting.slice(0, end);
    waiting = waiting.slice(end);
    waitingBytes -= bytes;
    return batch;
  };

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) {
      await gather();
      begunAt = clock.monotonicMs();
      const batch = take();
      try {
        await ingestBatch({ store, clock, count }, batch);
      } catch (error) {
        failBatch(batch, error, count);
      }
    }
    working = false;
  };

  return (cluster, payload) => {
    if (waitingBytes + payload.length > maxWaitingBytes) {
      count("busy", 1);
      return Promise.resolve(busy("too many reports are waiting"));
    }
    return new Promise((answer, fail) => {
      waiting.push({ cluster, payload, answer, fail });
      waitingBytes += payload.length;
      if (waiting.length >= worthwhileReports) enough.abort();
      if (!working) void work();
    });
  };
}

const busy = (why: string): ReportAnswer => ({
  kind: "refused",
  code: "INGEST_BUSY",
  message: `report: ${why}; send it again later`,
  retryAfterMs: busyRetryMs,
});

function failBatch(batch: readonly Waiting[], error: unknown, count: IngestDeps["count"]): void {
  const { kind } = toDroverError(error);
  const passing = kind === "unavailable" || kind === "timeout" || kind === "stale";
  if (passing) count("busy", batch.length);
  for (const { answer, fail } of batch) {
    if (passing) answer(busy("the database does not answer"));
    else fail(error);
  }
}

interface Opened extends AcceptedReport {
  readonly from: Waiting;
}

async function ingestBatch({ store, clock, count }: IngestDeps, batch: readonly Waiting[]): Promise<void> {
  const reporters = await store.reporters([...new Set(batch.map(({ cluster }) => cluster))]);
  const newest = new Map<ClusterId, Opened>();
  for (const from of batch) {
    const opened = open(from, reporters.get(from.cluster), clock, count);
    if (opened === undefined) continue;
    const other = newest.get(from.cluster);
    const [keep, drop] = other && compareOrder(other.report, opened.report) >= 0 ? [other, opened] : [opened, other];
    newest.set(from.cluster, keep);
    if (drop) refuse(drop.from, overtaken(), count);
  }
  if (newest.size === 0) return;
  const accepted = [...newest.values()];
  failpoint("ingest.commit.before");
  const begun = clock.now();
  const { eventSeqs, serverTime, unknownGenerations, answered } = await store.commit(accepted);
  failpoint("ingest.commit.after");
  for (const parent of answered) recordSpan("report.ingest", { parent, attributes: { "drover.reports": accepted.length } }, begun);
  count("unknown-generation", unknownGenerations);
  for (const { from, report } of accepted) {
    const eventSeq = eventSeqs.get(from.cluster);
    if (eventSeq === undefined) refuse(from, overtaken(), count);
    else accept(from, report, eventSeq, serverTime, count, "accepted");
  }
}

/** Undefined when it is answered already. Who may sign is looked up by the subject, never by what the message says. */
function open(from: Waiting, reporter: Reporter | undefined, clock: Clock, count: IngestDeps["count"]): Opened | undefined {
  try {
    if (reporter === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", "report: there is no such cluster");
    const dsse = readDsse(parsePayload(from.payload, "REPORT_INVALID"));
    const report = openReport(dsse, reporter.keys);
    const digest = digestOfBytes(Buffer.from(dsse.payload, "base64"));
    const verdict = judgeReport(reporter, from.cluster, report, digest);
    if (verdict.kind === "refused") throw new DroverError(verdict.errorKind, verdict.code, verdict.message);
    if (verdict.kind === "accept") return { from, report, digest, eventSeq: verdict.eventSeq };
    accept(from, report, verdict.eventSeq, clock.now(), count, "repeated");
  } catch (error) {
    refuse(from, toDroverError(error), count);
  }
  return undefined;
}

const overtaken = (): DroverError =>
  new DroverError("stale", "REPORT_REPLAYED", "report: a newer one of this cluster was accepted meanwhile");

function accept(
  { answer }: Waiting,
  { boot, seq }: Report,
  eventSeq: number,
  serverTime: Instant,
  count: IngestDeps["count"],
  outcome: "accepted" | "repeated",
): void {
  count(outcome, 1);
  answer({ kind: "accepted", boot, seq, eventSeq, serverTime: rfc3339(serverTime) });
}

function refuse({ answer }: Waiting, { code, message }: DroverError, count: IngestDeps["count"]): void {
  count("refused", 1);
  answer({ kind: "refused", code, message });
}
