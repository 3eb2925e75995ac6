import type { ClusterId } from "@drover/kit";
import type {
  Application,
  ApplicationStatus,
  Assignment,
  AuditEntry,
  Bundle,
  Cluster,
  ClusterApplication,
  DriftEpisode,
  FleetDriftEpisode,
  Environment,
  FleetProblem,
  FleetSettings,
  Freeze,
  Placement,
  Project,
  Promotion,
  Release,
  Removal,
  Rollout,
  RolloutGate,
  RolloutTarget,
  RolloutTransition,
  Strategy,
  TimelineEntry,
} from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { ListRequest, Page } from "./page.ts";

/**
 * What the API shows. Reads answer in the API's own shapes: nothing else looks at them, so a form in between would only be copied.
 * `get` throws `not-found`; a list of something that does not exist is empty.
 */
export interface ClusterReads {
  list(request: ListRequest): Promise<Page<Cluster>>;
  /** By id or name, an id first. Throws CLUSTER_NOT_FOUND. */
  get(idOrName: string): Promise<Cluster>;
  /** For whoever asks about something of the cluster. Throws CLUSTER_NOT_FOUND. */
  idOf(idOrName: string): Promise<ClusterId>;
}

export interface DriftReads {
  list(cluster: ClusterId, filter: DriftFilter, request: ListRequest): Promise<Page<DriftEpisode>>;
  /** Of every cluster. */
  ofFleet(filter: DriftFilter, request: ListRequest): Promise<Page<FleetDriftEpisode>>;
}
export interface DriftFilter {
  /** RFC 3339. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Only those that have not ended, or only those that have. */
  readonly open?: boolean | undefined;
}

export interface RemovalReads {
  list(request: ListRequest): Promise<Page<Removal>>;
  /** Throws REMOVAL_NOT_FOUND, also of one that is done. */
  get(id: string): Promise<Removal>;
  byName(kind: "ApplicationRemoval" | "ClusterRemoval", names: readonly string[]): Promise<readonly Removal[]>;
  /** Of which some enrolled cluster has the application, or had it without letting go of it. */
  environmentsWith(application: string): Promise<readonly string[]>;
}

export interface FleetReads {
  listApplications(request: ListRequest): Promise<Page<Application>>;
  getApplication(name: string): Promise<Application>;
  listEnvironments(request: ListRequest): Promise<Page<Environment>>;
  getEnvironment(name: string): Promise<Environment>;
  listStrategies(request: ListRequest): Promise<Page<Strategy>>;
  getStrategy(name: string): Promise<Strategy>;
  listProjects(request: ListRequest): Promise<Page<Project>>;
  getProject(name: string): Promise<Project>;
  listFreezes(request: ListRequest): Promise<Page<Freeze>>;
  getFreeze(name: string): Promise<Freeze>;
  getSettings(): Promise<FleetSettings>;
  listPlacements(request: ListRequest): Promise<Page<Placement>>;
  getPlacement(environment: string, application: string): Promise<Placement>;
  listProblems(request: ListRequest): Promise<Page<FleetProblem>>;
}

export interface ReleaseReads {
  list(request: ListRequest): Promise<Page<Release>>;
  get(idOrName: string): Promise<Release>;
  getBundle(digest: string): Promise<Bundle>;
  /** The compressed bundle as stored. */
  loadBundle(digest: string): Promise<{ readonly digest: Digest; readonly gzip: Uint8Array }>;
}

export interface PromotionReads {
  list(request: ListRequest): Promise<Page<Promotion>>;
  get(id: string): Promise<Promotion>;
}
export interface GateReads {
  /** Those of a rollout, in the order in which they were opened. Throws ROLLOUT_NOT_FOUND. */
  list(rolloutId: string, request: ListRequest): Promise<Page<RolloutGate>>;
  get(runId: string): Promise<RolloutGate | undefined>;
  /** All of the rollout with this name, each of another wave or side of it. Throws ROLLOUT_NOT_FOUND. */
  named(rolloutId: string, gate: string): Promise<readonly RolloutGate[]>;
}

export interface RolloutReads {
  list(request: ListRequest): Promise<Page<Rollout>>;
  /** Throws ROLLOUT_NOT_FOUND, as the next three do. */
  get(id: string): Promise<Rollout>;
  targets(id: string, request: ListRequest): Promise<Page<RolloutTarget>>;
  transitions(id: string, request: ListRequest): Promise<Page<RolloutTransition>>;
  timeline(id: string, request: ListRequest): Promise<Page<TimelineEntry>>;
}

export interface StatusReads {
  assignments(request: ListRequest): Promise<Page<Assignment>>;
  statuses(request: ListRequest): Promise<Page<ApplicationStatus>>;
  clusterApplications(cluster: ClusterId, request: ListRequest): Promise<Page<ClusterApplication>>;
  clusterApplication(cluster: ClusterId, application: string): Promise<ClusterApplication>;
}
export interface AuditReads {
  list(request: ListRequest): Promise<Page<AuditEntry>>;
  /** Throws AUDIT_ENTRY_NOT_FOUND. */
  get(id: string): Promise<AuditEntry>;
}
