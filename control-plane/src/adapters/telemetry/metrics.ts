import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "@prometheus-io/client";
import { type ReceiverType, receiverWords } from "@drover/proto/fleet";
import type { FleetCounts } from "../../app/fleet/fleet-counts.ts";
import type { IngestOutcome } from "../../app/agents/ingest-reports.ts";
import { type DeliveryResult, deliveryResults } from "../../app/notification/deliver.ts";

const ingestOutcomes: readonly IngestOutcome[] = ["accepted", "repeated", "refused", "busy", "unknown-generation"];
const requestBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What /metrics shows. Labels come from closed sets, never a cluster or a revision; counters start at zero. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(options: { readonly version: string; readonly count: () => Promise<FleetCounts> }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: "drover_build_info",
    help: "Always 1; the version is in the label.",
    labelNames: ["version"],
    registers,
  });
  build.set({ version: options.version }, 1);

  const requests = new Histogram({
    name: "drover_request_duration_seconds",
    help: "API requests by operation and code.",
    labelNames: ["protocol", "operation", "code"],
    buckets: requestBuckets,
    registers,
  });
  const streams = new Gauge({
    name: "drover_open_streams",
    help: "Watches and logs that somebody follows at this replica.",
    labelNames: ["protocol"],
    registers,
  });
  for (const protocol of ["rest", "grpc"]) streams.set({ protocol }, 0);
  const reports = new Counter({
    name: "drover_reports_total",
    help: "Agents' reports by what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of ingestOutcomes) reports.inc({ outcome }, 0);
  const envelopes = new Counter({ name: "drover_envelopes_published_total", help: "Envelopes sent on live subjects.", registers });

  const notifications = new Counter({
    name: "drover_notifications_total",
    help: "Attempts to send a message, by type of receiver and what became of each.",
    labelNames: ["receiver", "result"],
    registers,
  });
  for (const receiver of receiverWords) for (const result of deliveryResults) notifications.inc({ receiver, result }, 0);

  const gauge = (name: string, help: string, label: string): Gauge<string> => new Gauge({ name, help, labelNames: [label], registers });
  const gauges = {
    clusters: gauge("drover_clusters", "Clusters by state.", "state"),
    rollouts: gauge("drover_rollouts", "Rollouts that have not ended, by phase.", "phase"),
    statuses: gauge("drover_application_statuses", "Applications on clusters by reported health.", "health"),
    waiting: gauge("drover_queue_wait_seconds", "How long the oldest due key of a queue has waited.", "queue"),
    drifted: new Gauge({ name: "drover_drifted_objects", help: "Objects that differ from git now.", registers }),
  };
  const setAll = (target: Gauge<string>, label: string, values: Readonly<Record<string, number>>): void => {
    for (const [value, count] of Object.entries(values)) target.set({ [label]: value }, count);
  };

  const refresh = async (): Promise<void> => {
    const counts = await options.count();
    setAll(gauges.clusters, "state", counts.clusters);
    setAll(gauges.rollouts, "phase", counts.rollouts);
    setAll(gauges.statuses, "health", counts.statuses);
    setAll(gauges.waiting, "queue", counts.waiting);
    gauges.drifted.set(counts.driftedObjects);
  };

  return {
    countReports: (outcome: IngestOutcome, n: number): void => reports.inc({ outcome }, n),
    countStreams: (protocol: string, open: number): void => streams.set({ protocol }, open),
    countEnvelopes: (n: number): void => envelopes.inc(n),
    countNotification: (receiver: ReceiverType, result: DeliveryResult): void => notifications.inc({ receiver, result }),
    observeRequest: ({
      protocol,
      operation,
      code,
      seconds,
    }: {
      protocol: string;
      operation: string;
      code: number;
      seconds: number;
    }): void => requests.observe({ protocol, operation, code: String(code) }, seconds),
    /** The database's numbers are those of this moment, or of the last one that it answered. */
    async text(): Promise<{ readonly contentType: string; readonly text: string }> {
      await refresh().catch(() => {});
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
