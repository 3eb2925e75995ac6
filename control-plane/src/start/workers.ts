import { randomUUID } from "node:crypto";
import { type Lifecycle, type Log, systemClock } from "@drover/kit/node";
import type { Database } from "../adapters/pg/database.ts";
import { removeOldDrift } from "../adapters/pg/report/drift-episodes.ts";
import { removeOldEvents } from "../adapters/pg/history/events.ts";
import { removeOldHistory } from "../adapters/pg/history/history-retention.ts";
import { removeOldIdempotencyKeys } from "../adapters/pg/access/idempotency-keys.ts";
import { forgetExpiredNonces } from "../adapters/pg/cluster/nonces.ts";
import { tellStateChanges } from "../adapters/pg/cluster/cluster-states.ts";
import { createIdentities } from "../adapters/pg/cluster/identities.ts";
import { createIntentStore } from "../adapters/pg/fleet/intents.ts";
import { removeOldDeliveries } from "../adapters/pg/notification/delivery-retention.ts";
import { createPlacementStore } from "../adapters/pg/placement/placements.ts";
import { removeOldApprovals } from "../adapters/pg/removal/prune-approvals.ts";
import { createRemovalStore } from "../adapters/pg/removal/removals.ts";
import { createRolloutStore } from "../adapters/pg/rollout/rollouts.ts";
import { createAutoPromotionReads } from "../adapters/pg/promotion/upstream-revisions.ts";
import { createWorkQueue, workChannel } from "../adapters/pg/work-queue.ts";
import type { Metrics } from "../adapters/telemetry/metrics.ts";
import { createAutoPromoter } from "../app/promotion/auto-promotion.ts";
import { createPlacementReconciler } from "../app/placement/reconcile-placement.ts";
import { createRemovalReconciler } from "../app/removal/reconcile-removal.ts";
import { createRolloutReconciler } from "../app/rollout/reconcile-rollout.ts";
import { keepHistory } from "../domain/history/retention.ts";
import { type Queue, queues } from "../app/work-queue.ts";
import type { Role } from "../settings.ts";
import { repeatUntilStopped } from "../workers/repeat.ts";
import { type Handler, runQueue } from "../workers/run-queue.ts";
import { createWakeUps } from "../workers/wake.ts";
import { createGateHandler } from "./gates.ts";
import { createNotificationHandler, startNotificationCollector } from "./notifications.ts";
import type { Sources } from "./sources.ts";

interface WorkerDeps {
  readonly roles: ReadonlySet<Role>;
  readonly database: Database;
  readonly sources: Sources;
  readonly publicUrl: string | undefined;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
}

interface QueuePlan {
  readonly role: Role;
  /** Keys at once: git and rendering are slow and heavy, plans are quick. */
  readonly concurrency: number;
  /** Reports come in batches a few milliseconds apart, and each asks for its rollouts: one look answers several. */
  readonly restMs: number;
  readonly handler: Handler;
}

const clock = systemClock;
const housekeepingMs = 5 * 60_000;
/** How late watchers may hear that a cluster fell silent or returned. One look takes 30 ms with 10,000 clusters. */
const clusterStatesMs = 5_000;
/** A watcher that was away longer starts anew. */
const keepEventsMs = 24 * 60 * 60_000;
/** Rows are of each cluster: 100,000 take about 30 MB. */
const keepDrift = { keepMs: 30 * 24 * 60 * 60_000, keepRows: 100_000 };
/** A hundred thousand messages take about 200 MB. */
const keepDeliveries = { keepMs: 30 * 24 * 60 * 60_000, keepRows: 100_000 };

/** In each turn; ten thousand take eight hours. */
const thinnedClusters = 100;

/** Starts a loop for each queue that this replica's roles work on. */
export async function startWorkers({ roles, database, sources, publicUrl, metrics, lifecycle, log }: WorkerDeps): Promise<void> {
  const work = createWorkQueue(database);
  const placement = createPlacementReconciler({
    fleet: sources.fleet,
    releases: sources.releases,
    placements: createPlacementStore(database),
    quarantines: sources.quarantines,
    newRolloutId: () => randomUUID(),
  });
  const rollout = createRolloutReconciler({ rollouts: createRolloutStore(database), clock });
  const removal = createRemovalReconciler({
    removals: createRemovalStore(database),
    intents: createIntentStore(database),
    revoke: createIdentities(database).revoke,
    newId: () => randomUUID(),
    clock,
  });
  const promotion = createAutoPromoter({ ...sources.submitting, ...createAutoPromotionReads(database) });
  const plans: Readonly<Record<Queue, QueuePlan>> = {
    fleet: { role: "sources", concurrency: 1, restMs: 0, handler: sources.handlers.fleet },
    write: { role: "sources", concurrency: 1, restMs: 0, handler: sources.handlers.write },
    source: { role: "sources", concurrency: 4, restMs: 0, handler: sources.handlers.source },
    placement: { role: "planner", concurrency: 4, restMs: 0, handler: placement },
    rollout: { role: "planner", concurrency: 8, restMs: 25, handler: rollout },
    quarantine: { role: "sources", concurrency: 2, restMs: 0, handler: sources.handlers.quarantine },
    promotion: { role: "planner", concurrency: 4, restMs: 0, handler: promotion },
    gate: { role: "planner", concurrency: 8, restMs: 0, handler: createGateHandler({ database, calls: sources.calls, clock }) },
    removal: { role: "planner", concurrency: 4, restMs: 25, handler: removal },
    notification: {
      role: "planner",
      concurrency: 4,
      restMs: 0,
      handler: createNotificationHandler({ database, calls: sources.calls, publicUrl, clock, count: metrics.countNotification }),
    },
  };

  const stopping = new AbortController();
  const wakeUps = createWakeUps();
  const wakeAll = (): void => queues.forEach(wakeUps.wake);
  const listening = database.listen(workChannel, (queue) => (isQueue(queue) ? wakeUps.wake(queue) : wakeAll()), stopping.signal);
  const loops = queues
    .filter((queue) => roles.has(plans[queue].role))
    .map((queue) => runQueue({ queue, ...plans[queue], work, clock, log, woken: wakeUps.woken }, stopping.signal));
  const housekeeping = repeatUntilStopped({ name: "housekeeping", everyMs: housekeepingMs, work: () => keepHouse(database), clock, log });
  const states = roles.has("planner")
    ? repeatUntilStopped({ name: "cluster states", everyMs: clusterStatesMs, work: () => tellStateChanges(database), clock, log })
    : undefined;
  lifecycle.add("workers", async () => {
    stopping.abort();
    await Promise.all([...loops, listening, housekeeping.stop(), states?.stop()]);
  });
  if (roles.has("planner")) startNotificationCollector({ database, clock, lifecycle, log });
  if (roles.has("sources")) await work.ask("fleet", ["head"]);
}

const isQueue = (text: string): text is Queue => (queues as readonly string[]).includes(text);

async function keepHouse(database: Database): Promise<void> {
  await removeOldEvents(database, keepEventsMs);
  await removeOldIdempotencyKeys(database);
  await forgetExpiredNonces(database);
  await removeOldDrift(database, keepDrift);
  await removeOldApprovals(database);
  await removeOldDeliveries(database, keepDeliveries);
  await removeOldHistory(database, { ...keepHistory, clusters: thinnedClusters });
}
