import { randomBytes, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { rfc3339 } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { createApiTokenStore } from "../adapters/pg/access/api-tokens.ts";
import { recordAudit } from "../adapters/pg/access/audit-log.ts";
import { createAuditReads } from "../adapters/pg/access/audit-reads.ts";
import { createBreakGlasses } from "../adapters/pg/restriction/break-glasses.ts";
import { createClusterReads } from "../adapters/pg/cluster/cluster-reads.ts";
import { createCompletedRevisions } from "../adapters/pg/rollout/completed-revisions.ts";
import type { Database } from "../adapters/pg/database.ts";
import { createDriftReads } from "../adapters/pg/report/drift-episodes.ts";
import { eventChannel } from "../adapters/pg/history/event-log.ts";
import { createEmergencyStops } from "../adapters/pg/restriction/emergency-stops.ts";
import { createEventReads } from "../adapters/pg/history/events.ts";
import { createExplainStore } from "../adapters/pg/history/explain-facts.ts";
import { searchFleet } from "../adapters/pg/fleet/search-fleet.ts";
import { loadFleetSummary } from "../adapters/pg/fleet/fleet-summary.ts";
import { createFleetReads } from "../adapters/pg/fleet/fleet-reads.ts";
import { createHistoryStore } from "../adapters/pg/history/history-reads.ts";
import { createGateDecisions } from "../adapters/pg/gate/gate-decisions.ts";
import { createGateReads } from "../adapters/pg/gate/gate-reads.ts";
import { createIdempotencyKeys } from "../adapters/pg/access/idempotency-keys.ts";
import { createIdentities } from "../adapters/pg/cluster/identities.ts";
import { createHandDeliveries } from "../adapters/pg/notification/hand-deliveries.ts";
import { createNotificationReads } from "../adapters/pg/notification/notification-reads.ts";
import { createPeerStore } from "../adapters/pg/placement/place-peers.ts";
import { createPlacementStore } from "../adapters/pg/placement/placements.ts";
import { createPreviewStore } from "../adapters/pg/rollout/preview-store.ts";
import { createPromotionReads } from "../adapters/pg/promotion/promotion-reads.ts";
import { createPruneApprovals } from "../adapters/pg/removal/prune-approvals.ts";
import { createQuarantineLift } from "../adapters/pg/rollback/quarantine-lifts.ts";
import { getQuarantine, listQuarantines } from "../adapters/pg/rollback/quarantine-reads.ts";
import { createReleaseReads } from "../adapters/pg/release/release-reads.ts";
import { createRemovalReads } from "../adapters/pg/removal/removal-reads.ts";
import { loadRestrictionFacts } from "../adapters/pg/restriction/restriction-facts.ts";
import { createRolloutControl } from "../adapters/pg/rollout/rollout-control.ts";
import { createRolloutReads } from "../adapters/pg/rollout/rollout-reads.ts";
import { createStatusReads } from "../adapters/pg/report/status-reads.ts";
import { createAutoPromotionReads } from "../adapters/pg/promotion/upstream-revisions.ts";
import { createWorkQueue } from "../adapters/pg/work-queue.ts";
import { createAdmit } from "../api/admit.ts";
import { trustedProxies } from "../api/client-address.ts";
import { createAuthenticate } from "../api/authenticate.ts";
import { createFailedAttempts } from "../api/failed-attempts.ts";
import type { ApiDeps, ReadinessCheck, Rehearsal } from "../api/deps.ts";
import { createOpenStreams } from "../api/open-streams.ts";
import { createRequestLimits } from "../api/request-limits.ts";
import { createGrpcServer } from "../api/grpc/server.ts";
import { createHttpServer } from "../api/http/server.ts";
import { createAddCluster, createRelabelCluster } from "../app/cluster/add-cluster.ts";
import { createPruneApproval } from "../app/removal/approve-prune.ts";
import type { Questions } from "../app/question/ask-cluster.ts";
import type { CertificateFiles } from "../app/bootstrap.ts";
import { createBreakGlassCommands } from "../app/restriction/break-glass.ts";
import { createRolloutCommands } from "../app/rollout/control-rollout.ts";
import { createEmergencyStopCommands } from "../app/restriction/emergency-stop.ts";
import { createGateCommands } from "../app/gate/decide-gate.ts";
import { createEditObject } from "../app/fleet/edit-object.ts";
import { createEnrolment } from "../app/cluster/enrol.ts";
import { ensureFirstAdminToken } from "../app/access/first-admin-token.ts";
import { shareAnswer } from "../app/fleet/share-answer.ts";
import type { AccountGuard } from "../app/cluster/guard-accounts.ts";
import { createSendByHand } from "../app/notification/send-by-hand.ts";
import { createExplain } from "../app/history/explain.ts";
import { createHistory } from "../app/history/history.ts";
import { createOutliers } from "../app/history/outliers.ts";
import { createRollbackPreview } from "../app/rollback/preview-rollback.ts";
import { createPreview } from "../app/rollout/preview-rollout.ts";
import { createLiftQuarantine } from "../app/rollback/lift-quarantine.ts";
import { createPromote } from "../app/promotion/promote.ts";
import { createReceivePush } from "../app/source/receive-push.ts";
import { createRemoveApplication, createRemoveCluster } from "../app/removal/remove.ts";
import { createRenewal } from "../app/cluster/renew.ts";
import { createResumeAutoPromotion } from "../app/promotion/resume-auto-promotion.ts";
import { createRevocation } from "../app/cluster/revoke-cluster.ts";
import { createRollback } from "../app/rollback/rollback.ts";
import { createApiTokens } from "../app/access/tokens.ts";
import { createEventWatch } from "../app/history/watch-events.ts";
import type { Config } from "../config.ts";
import { places } from "./installation.ts";
import { followCertificate } from "./follow-certificate.ts";
import type { Sources } from "./sources.ts";
import type { TransportDeps } from "./transport.ts";

interface ApiStartDeps extends TransportDeps {
  readonly config: Config;
  readonly version: string;
  /** As agents reach them. */
  readonly natsUrls: readonly string[];
  readonly sources: Sources;
  readonly guard: AccountGuard;
  readonly questions: Questions;
}

const clock = systemClock;
/** Between "not ready" and closed doors: until balancers have noticed, their requests are still answered. */
const noticeMs = 1_000;
/** Everybody's overview asks for the same numbers; they cost a pass over the clusters. */
const summaryForMs = 500;

/** Where the clone's own build puts it. */
const builtConsole = fileURLToPath(new URL("../../../console/dist/site", import.meta.url));

/** Starts REST and gRPC over the same use cases, and answers where they listen. */
export async function startApi(deps: ApiStartDeps): Promise<{ readonly restPort: number; readonly grpcPort: number }> {
  const { config, installation, database, lifecycle, log } = deps;
  const tokenStore = createApiTokenStore(database);
  const tokens = createApiTokens({ store: tokenStore, clock });
  const admin = { tokens, store: tokenStore, file: places(config).adminToken, given: config.firstAdminToken };
  const found = await ensureFirstAdminToken(admin);
  if (found === "made") log.info({ file: admin.file }, "first admin token written");
  if (found === "spent") log.warn({}, "no admin token is good any more, nor the one of the installation: bootstrap another one");

  const events = createEventWatch({ reads: createEventReads(database), clock, log });
  const stopping = new AbortController();
  const listening = database.listen(eventChannel, events.wake, stopping.signal);
  lifecycle.add("event watch", async () => {
    stopping.abort();
    await listening;
  });

  const api: ApiDeps = {
    clock,
    log,
    version: deps.version,
    tokens,
    events,
    idempotency: createIdempotencyKeys(database),
    recordAudit: (entry) => recordAudit(database, entry),
    reads: readsOf(deps),
    commands: commandsOf(deps),
    rehearse: (work) => database.rehearse((stage) => work(onStage(deps, stage))),
    agents: agentEntryOf(deps),
    questions: deps.questions,
    webhooks: {
      secret: config.webhookSecret,
      hint: createReceivePush({ sources: deps.sources.sources, work: createWorkQueue(database), fleet: deps.sources.repository }),
    },
    readiness: readinessOf(deps),
    metrics: deps.metrics.text,
    observe: deps.metrics.observeRequest,
    streams: createOpenStreams(deps.metrics.countStreams),
  };

  // One gate for both, so that both count the same requests and failed attempts.
  const limit = createRequestLimits({ perToken: config.requestsPerToken, perAddress: config.requestsPerAddress });
  const admit = createAdmit(api, createAuthenticate({ tokens, failures: createFailedAttempts(clock) }), limit);
  const trusts = trustedProxies(config.trustedProxies);
  const consoleDir = config.consoleDir ?? builtConsole;
  const follow = (files: CertificateFiles) => followCertificate(files, lifecycle, log);
  const given = config.tlsFiles && (await follow(config.tlsFiles));
  const http = createHttpServer(api, { admit, trusts, consoleDir, tls: given ?? (await follow(installation.certificates.rest)) });
  const restPort = await http.listen(config.listen);
  lifecycle.add("REST", () => http.close());
  const grpc = createGrpcServer(api, { admit, trusts, tls: given ?? (await follow(installation.certificates.grpc)) });
  const grpcPort = await grpc.listen(config.grpcListen);
  lifecycle.add("gRPC", () => grpc.close());
  lifecycle.add("readiness", async () => {
    http.drain();
    grpc.drain();
    await clock.sleep(noticeMs, new AbortController().signal);
  });
  return { restPort, grpcPort };
}

const readsOf = ({ database, sources }: ApiStartDeps): ApiDeps["reads"] => ({
  clusters: createClusterReads(database),
  fleet: createFleetReads(database),
  search: (text) => searchFleet(database, text),
  fleetSummary: shareAnswer(() => loadFleetSummary(database), summaryForMs, clock),
  releases: createReleaseReads(database),
  promotions: createPromotionReads(database),
  rollouts: createRolloutReads(database),
  gates: createGateReads(database),
  statuses: createStatusReads(database),
  drift: createDriftReads(database),
  audit: createAuditReads(database),
  removals: createRemovalReads(database),
  history: createHistory({ store: createHistoryStore(database), clock }),
  preview: createPreview({
    fleet: sources.fleet,
    placements: createPlacementStore(database),
    quarantines: sources.quarantines,
    store: createPreviewStore(database),
    completed: createCompletedRevisions(database),
    newReleases: sources.previewReleases,
    clock,
  }),
  previewRollback: createRollbackPreview({
    ...sources.submitting,
    placements: createPlacementStore(database),
    store: createPreviewStore(database),
    newReleases: sources.previewReleases,
  }),
  outliers: createOutliers({ store: createPeerStore(database), clock }),
  heldPrunes: createPruneApprovals(database).listHeld,
  heldPrune: createPruneApprovals(database).getHeld,
  quarantines: (request) => listQuarantines(database, request),
  quarantine: (id) => getQuarantine(database, id),
  notifications: createNotificationReads(database),
  breakGlasses: createBreakGlasses(database).list,
  breakGlass: createBreakGlasses(database).get,
  emergencyStop: createEmergencyStops(database).get,
  explain: createExplain({
    store: createExplainStore(database),
    restrictions: (application, environment) => loadRestrictionFacts(database, application, environment),
    promotion: createAutoPromotionReads(database),
    clock,
  }),
});

/** What a rehearsal may call: all of it on the stage, and nothing that reaches further. */
function onStage(deps: ApiStartDeps, stage: Database): Rehearsal {
  const submitting = deps.sources.submittingOnStage(stage);
  const guard = { ...deps.guard, cut: async () => ({ answered: [], missing: [] }) };
  const staged = { ...deps, database: stage, guard, sources: { ...deps.sources, submitting } };
  const tokens = createApiTokens({ store: createApiTokenStore(stage), clock });
  return { reads: readsOf(staged), commands: commandsOf(staged), tokens };
}

const enrolmentDeps = ({ installation, natsUrls, database }: ApiStartDeps) => ({
  identities: createIdentities(database),
  challengeKey: installation.challengeKey,
  accounts: installation.accounts,
  agentSigning: installation.agentSigning,
  envelopeKeys: installation.envelopeKeys,
  natsUrls,
  ca: installation.certificates.ca,
  randomBytes,
});

function commandsOf(deps: ApiStartDeps): ApiDeps["commands"] {
  const { submitting } = deps.sources;
  const removing = { ...submitting, environmentsWith: createRemovalReads(deps.database).environmentsWith };
  const clusterEdits = { ...submitting, randomBytes: () => randomBytes(16) };
  return {
    promote: createPromote(submitting),
    rollback: createRollback(submitting),
    addCluster: createAddCluster(clusterEdits),
    relabelCluster: createRelabelCluster(clusterEdits),
    editObject: createEditObject({ ...submitting, preview: deps.sources.previewObjectEdit }),
    createEnrolmentToken: createEnrolment(enrolmentDeps(deps)).createToken,
    revokeCluster: createRevocation({ identities: createIdentities(deps.database), guard: deps.guard, log: deps.log }),
    removeApplication: createRemoveApplication(removing),
    removeCluster: createRemoveCluster(removing),
    approvePrune: createPruneApproval({ approvals: createPruneApprovals(deps.database), newId: randomUUID }),
    ...createBreakGlassCommands({ ...submitting, breakGlasses: createBreakGlasses(deps.database) }),
    ...createEmergencyStopCommands({ stops: createEmergencyStops(deps.database) }),
    liftQuarantine: createLiftQuarantine({ ...submitting, lifts: createQuarantineLift(deps.database) }),
    resumeAutoPromotion: createResumeAutoPromotion(submitting),
    ...createSendByHand({
      reads: createNotificationReads(deps.database),
      deliveries: createHandDeliveries(deps.database),
      newId: () => randomUUID(),
      now: () => rfc3339(clock.now()),
    }),
    ...createGateCommands({
      gates: createGateDecisions(deps.database),
      clock,
      recordAudit: (entry) => recordAudit(deps.database, entry),
    }),
    ...createRolloutCommands({ control: createRolloutControl(deps.database) }),
  };
}

function agentEntryOf(deps: ApiStartDeps): ApiDeps["agents"] {
  const { challenge, enrol } = createEnrolment(enrolmentDeps(deps));
  return { challenge, enrol, renew: createRenewal(enrolmentDeps(deps)) };
}

const readinessOf = ({ database, links }: ApiStartDeps): readonly ReadinessCheck[] => [
  { name: "database", check: async () => void (await database.query({ text: "select 1" })) },
  ...links.all().map(({ name, link }) => ({
    name: `nats ${name}`,
    check: async () => {
      link.live();
    },
  })),
];
