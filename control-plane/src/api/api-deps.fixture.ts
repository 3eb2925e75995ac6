import { type ClusterId, DroverError, Secret, instant } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import type { BreakGlass, Cluster, Delivery, Promotion, PruneApproval, Rollout, RolloutGate } from "@drover/proto/rest";
import type { AuditEntry } from "../app/access/audit.ts";
import type { Begun, IdempotencyKeys, StoredAnswer } from "../app/access/idempotency.ts";
import type { Principal } from "../app/access/tokens.ts";
import type { ApiDeps } from "./deps.ts";
import { createOpenStreams } from "./open-streams.ts";

/** Dependencies for tests of routing, authorisation and forms: they remember what was asked and answer one of each thing. */
export interface FakeApi {
  readonly deps: ApiDeps;
  /** Names of the commands that ran, in order. */
  readonly ran: string[];
  readonly refusals: AuditEntry[];
  readonly revoked: Set<string>;
}

const at = "2026-11-21T08:00:00.000Z";
export const clusterId = "aaaaaaaaaaaaaaaaaaaaaaaaaa" as ClusterId;
const zeroHealth = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };

export const cluster: Cluster = {
  id: clusterId,
  name: "staging-1",
  project: "default",
  labels: {},
  state: "Pending",
  environments: [],
  applications: zeroHealth,
};

export const promotion: Promotion = {
  id: "p1",
  kind: "Promotion",
  application: "web",
  environment: "staging",
  revision: "abc",
  state: "Pending",
  reason: "try it",
  actor: "users/ada",
  rollouts: [],
  createdAt: at,
};

const noTargets = { Waiting: 0, Unchanged: 0, InFlight: 0, Succeeded: 0, Failed: 0, Offline: 0, Left: 0, Skipped: 0 };
export const rollout: Rollout = {
  id: "r1",
  application: "web",
  environment: "staging",
  kind: "Rollout",
  scope: "Environment",
  changeId: "c1",
  releaseId: "rel1",
  release: "web-1",
  revision: "abc",
  phase: "Running",
  strategy: {},
  acceptedFailures: 0,
  targets: { ...noTargets, Succeeded: 1, Waiting: 2 },
  waves: [{ index: 0, name: "canary", targets: { ...noTargets, Succeeded: 1 } }],
  holds: [{ kind: "concurrency", message: "1 of 1 in flight" }],
  actor: "users/ada",
  reason: "try it",
  createdAt: at,
  startedAt: at,
  version: 3,
};

const pruneApproval: PruneApproval = {
  id: "a1",
  application: "web",
  environment: "staging",
  hash: `sha256:${"0".repeat(64)}`,
  actor: "users/ada",
  reason: "it may go",
  approvedAt: at,
  clusterCount: 1,
};

const breakGlass: BreakGlass = {
  id: "b1",
  environment: "staging",
  state: "Open",
  actor: "users/ada",
  reason: "the site is down",
  createdAt: at,
  expiresAt: at,
};

const delivery: Delivery = {
  id: "d1",
  notification: "on-call",
  receiver: "Webhook",
  event: "RolloutHalted",
  severity: "Critical",
  state: "Dead",
  title: "Rollout of web in staging has halted",
  text: "1 cluster failed: staging-1",
  subject: "rollouts/r1",
  attempts: 1,
  log: [{ at, result: "Refused", code: "NOTIFICATION_REFUSED", said: "HTTP 404", tookMs: 5 }],
  createdAt: at,
  settledAt: at,
};

/** Tokens are the names of `callers`. */
export function fakeApi(change: (deps: ApiDeps) => ApiDeps = (deps) => deps): FakeApi {
  const ran: string[] = [];
  const refusals: AuditEntry[] = [];
  const revoked = new Set<string>();
  const empty = async () => ({ items: [], next: undefined });
  const missing = (what: string) => async (): Promise<never> => {
    throw new DroverError("not-found", `${what.toUpperCase()}_NOT_FOUND`, `there is no such ${what}`);
  };
  const run =
    <T>(name: string, answer: T) =>
    async (): Promise<T> => {
      ran.push(name);
      return answer;
    };
  const deps: ApiDeps = {
    clock: systemClock,
    log: createLog("test", "silent"),
    version: "0.0.0",
    tokens: {
      create: async () => ({ token: new Secret("drover_x_y"), record: tokenRecord }),
      list: empty,
      get: async () => tokenRecord,
      revoke: async (_caller, id) => void revoked.add(id),
      authenticate: async (token) => principalOf(token),
      recognises: () => false,
      stillGood: async (id) => !revoked.has(id),
    },
    idempotency: memoryIdempotencyKeys(),
    recordAudit: async (entry) => void refusals.push(entry),
    streams: createOpenStreams(),
    events: {
      list: async () => ({ events: [], next: "1-1" }),
      tail: async () => ({ events: [], next: "1-1" }),
      watch: async () => nothing(),
      now: async () => "1-1",
      wake: () => {},
    },
    reads: {
      clusters: {
        list: async ({ after }) => ({ items: [cluster], next: after === undefined ? ["staging-1"] : undefined }),
        get: async () => cluster,
        idOf: async () => clusterId,
      },
      fleet: {
        listApplications: empty,
        getApplication: missing("application"),
        listEnvironments: empty,
        getEnvironment: missing("environment"),
        listStrategies: empty,
        getStrategy: missing("strategy"),
        listProjects: empty,
        getProject: missing("project"),
        listFreezes: empty,
        getFreeze: missing("freeze"),
        getSettings: missing("fleet"),
        listPlacements: empty,
        getPlacement: missing("placement"),
        listProblems: empty,
      },
      search: async () => [],
      fleetSummary: async () => ({
        at,
        clusters: { total: 0, states: { Pending: 0, Connected: 0, Stale: 0, Offline: 0, Revoked: 0 }, maintenance: 0, drifted: 0 },
        health: zeroHealth,
        sync: { Synced: 0, OutOfSync: 0, Unknown: 0 },
        driftedObjects: 0,
        environments: [],
        agentVersions: [],
        kubernetesVersions: [],
        rollouts: { Pending: 0, Running: 0, Paused: 0, Halted: 0, RollingBack: 0 },
      }),
      releases: { list: empty, get: missing("release"), getBundle: missing("bundle"), loadBundle: missing("bundle") },
      promotions: { list: async () => ({ items: [promotion], next: undefined }), get: async () => promotion },
      rollouts: {
        list: async () => ({ items: [rollout], next: undefined }),
        get: async () => rollout,
        targets: empty,
        transitions: empty,
        timeline: empty,
      },
      statuses: { assignments: empty, statuses: empty, clusterApplications: empty, clusterApplication: missing("assignment") },
      drift: { list: empty, ofFleet: empty },
      audit: { list: empty, get: missing("audit_entry") },
      removals: { list: empty, get: missing("removal"), byName: async () => [] },
      history: async () => ({ at, completeSince: at, items: [], next: undefined }),
      outliers: async () => ({ clusters: 0, groups: [], moreGroups: 0, items: [], next: undefined }),
      preview: async ({ application, environment }) => ({
        application,
        environment,
        warnings: [],
        rollouts: [],
        changes: [],
        clusters: [],
      }),
      heldPrunes: empty,
      heldPrune: async () => undefined,
      previewRollback: async () => ({ places: [] }),
      quarantines: empty,
      quarantine: missing("quarantine"),
      notifications: {
        list: empty,
        get: missing("notification"),
        listDeliveries: async () => ({ items: [delivery], next: undefined }),
        getDelivery: async () => delivery,
      },
      breakGlasses: empty,
      breakGlass: async () => breakGlass,
      emergencyStop: async () => ({ stopped: false }),
      gates: { list: empty, get: async () => gate, named: async () => [gate] },
      explain: async () => [
        { kind: "Halted", subject: "rollouts/r1", message: "1 of 0 failures", numbers: { failed: 1 }, action: "resume" },
      ],
    },
    commands: {
      promote: run("promote", { id: "p1" }),
      rollback: run("rollback", { id: "p1" }),
      addCluster: run("addCluster", { clusterId }),
      editObject: run("editObject", { kind: "Strategy", name: "slow", result: "Changed", commit: "c2", version: 2 }),
      relabelCluster: run("relabelCluster", undefined),
      createEnrolmentToken: run("createEnrolmentToken", { token: new Secret("drv1_a_b"), expiresAt: instant(2) }),
      revokeCluster: run("revokeCluster", undefined),
      removeApplication: run("removeApplication", { names: ["staging/web"] }),
      removeCluster: run("removeCluster", { names: ["staging-1"] }),
      approvePrune: run("approvePrune", { ...pruneApproval }),
      beginBreakGlass: run("beginBreakGlass", { ...breakGlass }),
      endBreakGlass: run("endBreakGlass", { ...breakGlass }),
      liftQuarantine: run("liftQuarantine", { id: "web@v2", application: "web", revision: "v2" }),
      stopFleet: run("stopFleet", { stopped: true }),
      releaseStop: run("releaseStop", { stopped: false }),
      resumeAutoPromotion: run("resumeAutoPromotion", { application: "web", environment: "staging" }),
      testNotification: run("testNotification", delivery),
      retryDelivery: run("retryDelivery", delivery),
      approveGate: run("approveGate", "g1"),
      rejectGate: run("rejectGate", "g1"),
      overrideGate: run("overrideGate", "g1"),
      pauseRollout: run("pauseRollout", undefined),
      resumeRollout: run("resumeRollout", undefined),
      abortRollout: run("abortRollout", undefined),
      skipRolloutCluster: run("skipRolloutCluster", undefined),
      skipRolloutWave: run("skipRolloutWave", undefined),
      retryRollout: run("retryRollout", undefined),
    },
    rehearse: () => Promise.reject(new DroverError("internal", "INTERNAL", "rehearse: there is no stage")),
    agents: {
      challenge: async () => ({ nonce: "n".repeat(16), expiresAt: at }),
      enrol: async () => Promise.reject(new DroverError("forbidden", "ENROLMENT_REFUSED", "enrol: no")),
      renew: async () => Promise.reject(new DroverError("forbidden", "ENROLMENT_REFUSED", "renew: no")),
    },
    questions: {
      ask: async () => Promise.reject(new DroverError("unavailable", "CLUSTER_OFFLINE", "ask: nobody is there")),
      stream: async () => Promise.reject(new DroverError("unavailable", "CLUSTER_OFFLINE", "ask: nobody is there")),
    },
    webhooks: { secret: new Secret("hook"), hint: async ({ urls }) => urls },
    readiness: [{ name: "database", check: async () => {} }],
    metrics: async () => ({ contentType: "text/plain", text: "" }),
    observe: () => {},
  };
  return { deps: change(deps), ran, refusals, revoked };
}

const gate: RolloutGate = {
  rolloutId: "r1",
  gate: "signed-off",
  type: "Approval",
  wave: "canary",
  when: "After",
  state: "Open",
  message: "0 of 1 approvals",
  attempt: 1,
  openedAt: at,
  succeeded: 0,
  failed: 0,
  measurements: [],
  approvals: [],
};

const tokenRecord = {
  id: "t1",
  subject: "ada",
  role: "viewer" as const,
  approves: [],
  overrides: [],
  createdBy: "users/root",
  createdAt: at,
  expiresAt: at,
};

/** What each token is good for, by its text. */
export const callers = {
  viewer: { role: "viewer", approves: [], overrides: [] },
  operator: { role: "operator", approves: [], overrides: [] },
  admin: { role: "admin", approves: [], overrides: [] },
  approver: { role: "viewer", approves: ["staging"], overrides: [] },
  overrider: { role: "viewer", approves: [], overrides: ["staging"] },
} as const satisfies Record<string, Pick<Principal, "role" | "approves" | "overrides">>;

function principalOf(token: string): Principal {
  const { [token]: caller }: Partial<Record<string, (typeof callers)[keyof typeof callers]>> = callers;
  if (caller === undefined) throw new DroverError("unauthenticated", "TOKEN_INVALID", "the API token is unknown");
  return { ...caller, actor: `users/${token}`, tokenId: token, expiresAt: instant(Date.now() + 60_000) };
}

async function* nothing(): AsyncGenerator<never, void> {}

/** Keeps the port's contract in memory. */
function memoryIdempotencyKeys(): IdempotencyKeys {
  const known = new Map<string, { readonly hash: string; answer?: StoredAnswer }>();
  return {
    async begin(subject, key, hash): Promise<Begun> {
      const place = `${subject} ${key}`;
      const entry = known.get(place);
      if (entry === undefined) {
        known.set(place, { hash: String(hash) });
        return { kind: "begun", startedAt: instant(0) };
      }
      if (entry.hash !== String(hash)) return { kind: "other-request" };
      return entry.answer === undefined ? { kind: "running" } : { kind: "answered", answer: entry.answer };
    },
    async finish(subject, key, _startedAt, answer) {
      const entry = known.get(`${subject} ${key}`);
      if (entry !== undefined) entry.answer = answer;
    },
    async forget(subject, key) {
      known.delete(`${subject} ${key}`);
    },
  };
}
