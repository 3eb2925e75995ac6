import { type Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { NatsAccountServers } from "../adapters/nats/account-servers.ts";
import { createAssignSender } from "../adapters/nats/assign-sender.ts";
import { type NatsLink, openNatsLink } from "../adapters/nats/connection.ts";
import { serveAgents } from "../adapters/nats/responder.ts";
import { createAssignedBundles } from "../adapters/pg/assigned-bundles.ts";
import type { Database } from "../adapters/pg/database.ts";
import { envelopeChannel } from "../adapters/pg/envelopes.ts";
import { accountChannel, createAgentsAccounts } from "../adapters/pg/nats-accounts.ts";
import { createReportStore } from "../adapters/pg/reports.ts";
import { createEnvelopeOutbox } from "../adapters/pg/standings.ts";
import { createStandings } from "../adapters/pg/take-over.ts";
import { createSyncAnswerer } from "../app/answer-sync.ts";
import type { Installation } from "../app/bootstrap.ts";
import { type AccountGuard, createAccountGuard } from "../app/guard-accounts.ts";
import { createReportIngest } from "../app/ingest-reports.ts";
import { createEnvelopePublisher } from "../app/publish-envelopes.ts";
import { createBundleServer } from "../app/serve-bundle.ts";
import { systemInboxPrefix } from "../domain/identity/users.ts";
import { createTokenBucket } from "../domain/ingest/token-bucket.ts";
import type { Metrics } from "../adapters/telemetry/metrics.ts";
import { repeatUntilStopped } from "../workers/repeat.ts";

interface TransportDeps {
  readonly installation: Installation;
  readonly urls: readonly string[];
  readonly database: Database;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
}

const clock = systemClock;
const bundleCacheBytes = 64 * 1024 * 1024;
/** Syncs a second that one replica answers before it says `busy`: each costs a query and a signature. */
const syncsPerSecond = 2_000;

/** A connection as one of the control plane's three users, none of which can do another's work. */
function link({ installation, urls, lifecycle, log }: TransportDeps, user: "responder" | "publisher" | "system"): NatsLink {
  const inbox = user === "system" ? { inboxPrefix: systemInboxPrefix } : {};
  const opened = openNatsLink({ urls, ca: installation.certificates.ca, user: installation.users[user], name: user, ...inbox, clock, log });
  lifecycle.add(`NATS ${user}`, () => opened.stop());
  return opened;
}

/** Keeps the servers' idea of the agents' account right: revocations above all. */
export function startAccountGuard(deps: TransportDeps): { readonly guard: AccountGuard; readonly link: NatsLink } {
  const { installation, database, lifecycle, log } = deps;
  const system = link(deps, "system");
  const servers = new NatsAccountServers(system, installation.accounts, clock);
  const guard = createAccountGuard({
    accounts: createAgentsAccounts(database),
    servers,
    operatorSigning: installation.operatorSigning,
    ids: installation.accounts,
    clock,
    log,
  });
  const stopping = new AbortController();
  const running = Promise.allSettled([
    guard.run(stopping.signal),
    servers.watch(guard.heard, stopping.signal),
    database.listen(accountChannel, guard.changed, stopping.signal),
  ]);
  lifecycle.add("guard of the agents' account", async () => {
    stopping.abort();
    await running;
  });
  return { guard, link: system };
}

/** Answers agents: sync, reports, bundles. */
export function startIngest(deps: TransportDeps): NatsLink {
  const { installation, database, metrics, log } = deps;
  const responder = link(deps, "responder");
  const answerers = {
    sync: createSyncAnswerer({
      standings: createStandings(database),
      keys: installation.envelopeKeys,
      clock,
      admit: createTokenBucket(syncsPerSecond, syncsPerSecond, clock.monotonicMs),
    }),
    report: createReportIngest({ store: createReportStore(database), clock, count: metrics.countReports }),
    bundle: createBundleServer({ bundles: createAssignedBundles(database), cacheBytes: bundleCacheBytes }),
    log,
  };
  void responder.connection(new AbortController().signal).then(
    (connection) => serveAgents(connection, answerers),
    (err: unknown) => log.warn({ err }, "stopped before NATS was reached"),
  );
  return responder;
}

/** Sends each cluster's newest envelope. */
export function startPublisher(deps: TransportDeps): NatsLink {
  const { installation, database, metrics, lifecycle, log } = deps;
  const publisher = link(deps, "publisher");
  const publish = createEnvelopePublisher({
    outbox: createEnvelopeOutbox(database),
    sender: createAssignSender(publisher),
    keys: installation.envelopeKeys,
  });
  const loop = repeatUntilStopped({
    name: "publish envelopes",
    everyMs: 1_000,
    work: async (signal) => metrics.countEnvelopes(await publish(signal)),
    clock,
    log,
  });
  const stopping = new AbortController();
  const listening = database.listen(envelopeChannel, loop.wake, stopping.signal);
  lifecycle.add("publisher", async () => {
    stopping.abort();
    await Promise.all([loop.stop(), listening]);
  });
  return publisher;
}
