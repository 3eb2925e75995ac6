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
  Environment,
  FleetProblem,
  Freeze,
  Placement,
  Project,
  Promotion,
  PromotionState,
  Release,
  Removal,
  Rollout,
  RolloutGate,
  RolloutTarget,
  RolloutTransition,
  Strategy,
  TimelineEntry,
  TargetState,
} from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { ListRequest, Page, PageRequest } from "./page.ts";

/**
 * What the API shows. Reads answer in the API's own shapes: nothing else looks at them, so a form in between would only be copied.
 * `get` throws `not-found`; a list of something that does not exist is empty.
 */
export interface ClusterReads {
  list(request: ListRequest): Promise<Page<Cluster>>;
  /** By id or name, an id first. Throws CLUSTER_NOT_FOUND. */
  get(idOrName: string): Promise<Cluster>;
}

export interface DriftReads {
  list(cluster: ClusterId, filter: DriftFilter, page: PageRequest): Promise<Page<DriftEpisode>>;
}
export interface DriftFilter {
  /** RFC 3339. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly application?: string | undefined;
}

export interface RemovalReads {
  list(page: PageRequest): Promise<Page<Removal>>;
  byName(kind: "ApplicationRemoval" | "ClusterRemoval", names: readonly string[]): Promise<readonly Removal[]>;
  /** Of which some enrolled cluster has the application, or had it without letting go of it. */
  environmentsWith(application: string): Promise<readonly string[]>;
}

export interface FleetReads {
  listApplications(page: PageRequest): Promise<Page<Application>>;
  getApplication(name: string): Promise<Application>;
  listEnvironments(page: PageRequest): Promise<Page<Environment>>;
  getEnvironment(name: string): Promise<Environment>;
  listStrategies(page: PageRequest): Promise<Page<Strategy>>;
  getStrategy(name: string): Promise<Strategy>;
  listProjects(page: PageRequest): Promise<Page<Project>>;
  getProject(name: string): Promise<Project>;
  listFreezes(page: PageRequest): Promise<Page<Freeze>>;
  getFreeze(name: string): Promise<Freeze>;
  listPlacements(of: { readonly environment: string } | { readonly application: string }, page: PageRequest): Promise<Page<Placement>>;
  getPlacement(environment: string, application: string): Promise<Placement>;
  listProblems(page: PageRequest): Promise<Page<FleetProblem>>;
}

export interface ReleaseReads {
  list(application: string | undefined, page: PageRequest): Promise<Page<Release>>;
  get(idOrName: string): Promise<Release>;
  getBundle(digest: string): Promise<Bundle>;
  /** The compressed bundle as stored. */
  loadBundle(digest: string): Promise<{ readonly digest: Digest; readonly gzip: Uint8Array }>;
}

export interface PromotionReads {
  list(filter: PromotionFilter, page: PageRequest): Promise<Page<Promotion>>;
  get(id: string): Promise<Promotion>;
}
export interface PromotionFilter {
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
  readonly state?: PromotionState | undefined;
  readonly kind?: "Promotion" | "Rollback" | undefined;
  /** Of these ids. */
  readonly only?: readonly string[] | undefined;
}

export interface GateReads {
  /** Those of a rollout, in the order in which they were opened. Throws ROLLOUT_NOT_FOUND. */
  list(rolloutId: string, page: PageRequest): Promise<Page<RolloutGate>>;
  get(runId: string): Promise<RolloutGate | undefined>;
}

export interface RolloutReads {
  list(request: ListRequest): Promise<Page<Rollout>>;
  /** Throws ROLLOUT_NOT_FOUND, as the next three do. */
  get(id: string): Promise<Rollout>;
  targets(id: string, filter: TargetFilter, page: PageRequest): Promise<Page<RolloutTarget>>;
  transitions(id: string, page: PageRequest): Promise<Page<RolloutTransition>>;
  timeline(id: string, page: PageRequest): Promise<Page<TimelineEntry>>;
}

export interface TargetFilter {
  readonly state?: TargetState | undefined;
  /** Of these clusters' ids. */
  readonly only?: readonly string[] | undefined;
}

export interface StatusReads {
  assignments(filter: StatusFilter, page: PageRequest): Promise<Page<Assignment>>;
  statuses(request: ListRequest): Promise<Page<ApplicationStatus>>;
  clusterApplications(cluster: ClusterId, page: PageRequest): Promise<Page<ClusterApplication>>;
  clusterApplication(cluster: ClusterId, application: string): Promise<ClusterApplication>;
}
export interface StatusFilter {
  readonly cluster?: ClusterId | undefined;
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
}

export interface AuditReads {
  list(
    filter: { readonly object?: string | undefined; readonly actor?: string | undefined; readonly action?: string | undefined },
    page: PageRequest,
  ): Promise<Page<AuditEntry>>;
}
