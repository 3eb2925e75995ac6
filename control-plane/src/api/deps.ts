import type { ClusterId, Instant, Labels, Secret } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type {
  BreakGlass,
  EmergencyStop,
  EndBreakGlass,
  FleetSummary,
  LiftedQuarantine,
  NewBreakGlass,
  NewCluster,
  NewPromotion,
  NewPruneApproval,
  RemoveApplication,
  RemoveCluster,
  NewRollback,
  PreviewRollback,
  PruneApproval,
  Quarantine,
  ResumedAutoPromotion,
  RollbackPreview,
  SearchHit,
  WhyLink,
} from "@drover/proto/rest";
import type { Challenge, EnrolmentRequest, Identity, RenewalRequest } from "@drover/proto/wire";
import type { PruneApprovals } from "../app/removal/approve-prune.ts";
import type { BreakGlasses } from "../app/restriction/break-glass.ts";
import type { EmergencyStops } from "../app/restriction/emergency-stop.ts";
import type { Questions } from "../app/question/ask-cluster.ts";
import type { RecordAudit } from "../app/access/audit.ts";
import type { Caller } from "../app/access/caller.ts";
import type { EditObject } from "../app/fleet/edit-object.ts";
import type { ResumeAutoPromotion } from "../app/promotion/resume-auto-promotion.ts";
import type { RolloutCommands } from "../app/rollout/control-rollout.ts";
import type { WhySubject } from "../app/history/explain.ts";
import type { LoadHistory } from "../app/history/history.ts";
import type { GateCommands } from "../app/gate/decide-gate.ts";
import type { IdempotencyKeys } from "../app/access/idempotency.ts";
import type { Preview } from "../app/rollout/preview-rollout.ts";
import type { ListRequest, Page } from "../app/page.ts";
import type { NotificationReads } from "../app/notification/notification-reads.ts";
import type { SendByHand } from "../app/notification/send-by-hand.ts";
import type { LoadOutliers } from "../app/history/outliers.ts";
import type {
  AuditReads,
  ClusterReads,
  DriftReads,
  FleetReads,
  GateReads,
  PromotionReads,
  ReleaseReads,
  RemovalReads,
  RolloutReads,
  StatusReads,
} from "../app/read-models.ts";
import type { ApiTokens } from "../app/access/tokens.ts";
import type { EventWatch } from "../app/history/watch-events.ts";
import type { OpenStreams } from "./open-streams.ts";

/** Everything that the API calls, REST and gRPC alike. main.ts fills it in; tests fill in what they need. */
export interface ApiDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly tokens: ApiTokens;
  readonly idempotency: IdempotencyKeys;
  readonly recordAudit: RecordAudit;
  readonly events: EventWatch;
  readonly reads: Reads;
  readonly commands: Commands;
  /** Runs work whose changes are forgotten when it ends, see `validateOnly`. */
  readonly rehearse: <T>(work: (rehearsal: Rehearsal) => Promise<T>) => Promise<T>;
  readonly agents: AgentEntry;
  /** What only agents in their clusters can answer. */
  readonly questions: Pick<Questions, "ask" | "stream">;
  readonly webhooks: Webhooks;
  readonly readiness: readonly ReadinessCheck[];
  /** The registry's text, for /metrics. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly observe: ObserveRequest;
  readonly streams: OpenStreams;
}

/** The same, where nothing stays. */
export type Rehearsal = Pick<ApiDeps, "reads" | "commands" | "tokens">;

export interface Reads {
  readonly clusters: ClusterReads;
  readonly fleet: FleetReads;
  readonly fleetSummary: () => Promise<FleetSummary>;
  readonly search: (text: string) => Promise<readonly SearchHit[]>;
  readonly releases: ReleaseReads;
  readonly promotions: PromotionReads;
  readonly rollouts: RolloutReads;
  readonly gates: GateReads;
  readonly statuses: StatusReads;
  readonly drift: DriftReads;
  readonly audit: AuditReads;
  readonly removals: Pick<RemovalReads, "list" | "get" | "byName">;
  readonly history: LoadHistory;
  readonly outliers: LoadOutliers;
  readonly preview: Preview;
  readonly previewRollback: (request: PreviewRollback, signal: AbortSignal) => Promise<RollbackPreview>;
  readonly heldPrunes: PruneApprovals["listHeld"];
  readonly heldPrune: PruneApprovals["getHeld"];
  readonly quarantines: (request: ListRequest) => Promise<Page<Quarantine>>;
  readonly quarantine: (id: string) => Promise<Quarantine>;
  readonly notifications: NotificationReads;
  readonly breakGlasses: BreakGlasses["list"];
  readonly breakGlass: BreakGlasses["get"];
  readonly emergencyStop: EmergencyStops["get"];
  readonly explain: (subject: WhySubject, signal: AbortSignal) => Promise<readonly WhyLink[]>;
}

/** The changes people can ask for. Each authorises nothing (the API has), and writes its audit row in its own transaction. */
export interface Commands extends RolloutCommands, GateCommands, SendByHand {
  /** The id of the intent, which is the promotion's. */
  readonly promote: (caller: Caller, request: NewPromotion, signal: AbortSignal) => Promise<{ readonly id: string }>;
  readonly rollback: (caller: Caller, request: NewRollback, signal: AbortSignal) => Promise<{ readonly id: string }>;
  readonly addCluster: (caller: Caller, request: NewCluster, signal: AbortSignal) => Promise<{ readonly clusterId: ClusterId }>;
  readonly relabelCluster: (
    caller: Caller,
    request: { readonly name: string; readonly labels: Labels; readonly reason: string },
    signal: AbortSignal,
  ) => Promise<unknown>;
  readonly createEnrolmentToken: (
    cluster: ClusterId,
    ttlMs: number,
    caller: Caller,
  ) => Promise<{ readonly token: Secret; readonly expiresAt: Instant }>;
  readonly revokeCluster: (cluster: ClusterId, reason: string, caller: Caller) => Promise<unknown>;
  readonly removeApplication: (
    caller: Caller,
    request: RemoveApplication & { readonly application: string },
    signal: AbortSignal,
  ) => Promise<{ readonly names: readonly string[] }>;
  readonly removeCluster: (
    caller: Caller,
    request: RemoveCluster & { readonly name: string },
    signal: AbortSignal,
  ) => Promise<{ readonly names: readonly string[] }>;
  readonly approvePrune: (caller: Caller, request: NewPruneApproval) => Promise<PruneApproval>;
  readonly beginBreakGlass: (caller: Caller, request: NewBreakGlass) => Promise<BreakGlass>;
  readonly endBreakGlass: (caller: Caller, id: string, request: EndBreakGlass) => Promise<BreakGlass>;
  readonly editObject: EditObject;
  /** By the id that the list shows. */
  readonly liftQuarantine: (caller: Caller, id: string, reason: string, signal: AbortSignal) => Promise<LiftedQuarantine>;
  readonly stopFleet: (caller: Caller, reason: string) => Promise<EmergencyStop>;
  readonly releaseStop: (caller: Caller, reason: string) => Promise<EmergencyStop>;
  readonly resumeAutoPromotion: (caller: Caller, request: ResumeAutoPromotion, signal: AbortSignal) => Promise<ResumedAutoPromotion>;
}

/** What agents call before they have an identity. */
export interface AgentEntry {
  readonly challenge: () => Promise<Challenge>;
  readonly enrol: (request: EnrolmentRequest, requestId: string) => Promise<Identity>;
  readonly renew: (request: RenewalRequest, requestId: string) => Promise<Identity>;
}

export interface Webhooks {
  /** Absent: every webhook is refused. */
  readonly secret: Secret | undefined;
  /** Asks for a look at those of the repositories that are known, and answers which. URLs come from outside: text to compare, never to call. */
  readonly hint: (push: { readonly urls: readonly string[]; readonly ref: string }) => Promise<readonly string[]>;
}

export interface ReadinessCheck {
  readonly name: string;
  /** Rejects when the part does not work. */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/** Told of every finished request, for metrics. `operation` is an operationId, so its values are few. */
export type ObserveRequest = (request: {
  readonly protocol: "rest" | "grpc";
  readonly operation: string;
  /** HTTP status or gRPC code. */
  readonly code: number;
  readonly seconds: number;
}) => void;
