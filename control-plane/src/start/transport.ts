import { randomBytes } from "node:crypto";
import type { NatsConnection } from "@nats-io/transport-node";
import { type Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { NatsAccountServers } from "../adapters/nats/account-servers.ts";
import { createAssignSender } from "../adapters/nats/assign-sender.ts";
import { type NatsLink, openNatsLink } from "../adapters/nats/connection.ts";
import { createQuerySender, hearAnswers } from "../adapters/nats/question-channel.ts";
import { serveAgents } from "../adapters/nats/responder.ts";
import { createAskedClusters } from "../adapters/pg/cluster/asked-clusters.ts";
import { createAssignedBundles } from "../adapters/pg/release/assigned-bundles.ts";
import type { Database } from "../adapters/pg/database.ts";
import { envelopeChannel } from "../adapters/pg/report/envelopes.ts";
import { accountChannel, createAgentsAccounts } from "../adapters/pg/cluster/nats-accounts.ts";
import { createReportStore } from "../adapters/pg/report/reports.ts";
import { createEnvelopeOutbox } from "../adapters/pg/promotion/standings.ts";
import { createStandings } from "../adapters/pg/placement/take-over.ts";
import { createSyncAnswerer } from "../app/agents/answer-sync.ts";
import { createQuestions, type Questions } from "../app/question/ask-cluster.ts";
import type { Installation } from "../app/bootstrap.ts";
import { type AccountGuard, createAccountGuard } from "../app/cluster/guard-accounts.ts";
import { createReportIngest } from "../app/agents/ingest-reports.ts";
import { createEnvelopePublisher } from "../app/agents/publish-envelopes.ts";
import { createBundleServer } from "../app/agents/serve-bundle.ts";
import { systemInboxPrefix } from "../domain/identity/users.ts";
import { createTokenBucket } from "../domain/ingest/token-bucket.ts";
import type { Metrics } from "../adapters/telemetry/metrics.ts";
import { repeatUntilStopped } from "../workers/repeat.ts";

export interface TransportDeps {
  readonly installation: Installation;
  readonly links: Links;
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

/** The control plane's users of NATS, none of which can do another's work. */
export type LinkUser = "responder" | "publisher" | "system";

/** One connection for each user that some role needs, opened when it is first asked for. */
export interface Links {
  of(user: LinkUser): NatsLink;
  /** Those that are open. */
  all(): readonly { readonly name: string; readonly link: NatsLink }[];
}

export function createLinks({ installation, urls, lifecycle, log }: Omit<TransportDeps, "links">): Links {
  const open = new Map<LinkUser, NatsLink>();
  const opened = (user: LinkUser): NatsLink => {
    const inbox = user === "system" ? { inboxPrefix: systemInboxPrefix } : {};
    const link = openNatsLink({ urls, ca: installation.certificates.ca, user: installation.users[user], name: user, ...inbox, clock, log });
    lifecycle.add(`NATS ${user}`, () => link.stop());
    open.set(user, link);
    return link;
  };
  return {
    of: (user) => open.get(user) ?? opened(user),
    all: () => [...open].map(([name, link]) => ({ name, link })),
  };
}

/** Keeps the servers' idea of the agents' account right: revocations above all. */
export function startAccountGuard({ installation, links, database, lifecycle, log }: TransportDeps): AccountGuard {
  const system = links.of("system");
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
  return guard;
}

/** Answers agents: sync, reports, bundles. */
export function startIngest({ installation, links, database, metrics, log }: TransportDeps): void {
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
  onceConnected(links.of("responder"), (connection) => serveAgents(connection, answerers), log);
}

/** Asks agents, and hears what they answer. */
export function startQuestions({ installation, links, database, log }: TransportDeps): Questions {
  const questions = createQuestions({
    clusters: createAskedClusters(database),
    sender: createQuerySender(links.of("publisher")),
    signer: installation.envelopeKeys.signer,
    clock,
    log,
    randomBytes,
  });
  onceConnected(links.of("responder"), (connection) => hearAnswers(connection, questions.heard, log), log);
  return questions;
}

const onceConnected = (link: NatsLink, subscribe: (connection: NatsConnection) => unknown, log: Log): void =>
  void link
    .connection(new AbortController().signal)
    .then(subscribe, (err: unknown) => log.warn({ err }, "stopped before NATS was reached"));

/** Sends each cluster's newest envelope. */
export function startPublisher({ installation, links, database, metrics, lifecycle, log }: TransportDeps): void {
  const publisher = links.of("publisher");
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
}
