import { type ClusterId, type Instant, instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import { describe, expect, test } from "vitest";
import { resolveStrategy } from "../rollout/strategy.ts";
import { type ClusterFacts, explainCluster as clusterLinks } from "./explain-cluster.ts";
import { explainPlace as placeLinks, type PlaceFacts } from "./explain-place.ts";
import type { Pause } from "./explain-pause.ts";
import { explainRollout as rolloutLinks, type RolloutFacts } from "./explain-rollout.ts";
import type { ExplainedTarget } from "./explain-target.ts";
import { listLinks } from "./link.ts";

const now = instant(1_000_000);

const explainRollout = (facts: RolloutFacts, at: Instant) => listLinks(rolloutLinks(facts, at));
const explainPlace = (facts: PlaceFacts, at: Instant) => listLinks(placeLinks(facts, at));
const explainCluster = (facts: ClusterFacts, at: Instant) => listLinks(clusterLinks(facts, at));

const target = (over: Partial<ExplainedTarget> = {}): ExplainedTarget => ({
  clusterId: "eu-1" as ClusterId,
  name: "eu-1",
  labels: {},
  state: "inFlight",
  wave: 0,
  generation: 2,
  wasDegraded: false,
  wasRefused: false,
  dispatchedAt: now,
  acknowledgedAt: undefined,
  succeededAt: undefined,
  goal: undefined,
  assignment: undefined,
  status: undefined,
  lastSeen: now,
  inMaintenance: false,
  retried: false,
  hasPrevious: false,
  window: undefined,
  because: undefined,
  failing: [],
  syncReason: undefined,
  syncMessage: undefined,
  ...over,
});

const rollout = (over: Partial<RolloutFacts> = {}): RolloutFacts => ({
  id: "r1",
  application: "web",
  environment: "staging",
  phase: "Running",
  revision: "v3",
  strategy: resolveStrategy({}),
  holds: [],
  targets: [],
  canGoBack: true,
  supersededBy: undefined,
  endedBecause: undefined,
  finishedAt: undefined,
  ...over,
});

const crash = {
  group: "apps",
  kind: "Deployment",
  namespace: "demo",
  name: "web",
  container: "app",
  reason: "CrashLoopBackOff",
  message: "back-off 10s",
};

describe("explainRollout", () => {
  test("a halt leads to the cluster, the object, the container and its reason", () => {
    const links = explainRollout(
      rollout({
        phase: "Halted",
        holds: [{ because: { kind: "Halted", failed: 1, maxFailures: 0 }, clusters: 4, examples: [] }],
        targets: [target({ state: "failed", because: { kind: "Degraded", since: now, afterSuccess: false }, failing: [crash] })],
      }),
      now,
    );
    expect(links.map(({ kind }) => kind)).toEqual(["Halted", "ClusterFailed", "ObjectFailing"]);
    expect(links[0]).toMatchObject({ numbers: { failed: 1, maxFailures: 0, waiting: 4 } });
    expect(links[0]?.action).toBe(
      "drover rollback web --environment staging, or go on all the same: drover rollout resume r1 --accept-failures 1",
    );
    expect(links[2]?.message).toBe("Deployment demo/web in cluster eu-1, container app: CrashLoopBackOff, back-off 10s");
  });

  test("a soak names its end", () => {
    const until = instant(2_000_000);
    const links = explainRollout(
      rollout({ holds: [{ because: { kind: "Soaking", wave: "canary", until }, clusters: 2, examples: [] }] }),
      now,
    );
    expect(links).toMatchObject([
      { kind: "Soaking", next: until, message: "wave canary soaks until 1970-01-01T00:33:20.000Z; 2 clusters wait" },
    ]);
  });

  test("a cluster in flight: not yet taken, then under way until its deadline", () => {
    expect(explainRollout(rollout({ targets: [target()] }), now)).toMatchObject([{ kind: "AwaitingAck", next: now + 900_000 }]);
    const status = {
      generation: 2,
      bundle: "sha256:b" as Digest,
      sync: "Synced" as const,
      health: "Progressing" as const,
      degradedSince: undefined,
      lastDegradedAt: undefined,
      reportedAt: now,
      holdsPrune: false,
      refusal: undefined,
    };
    expect(explainRollout(rollout({ targets: [target({ acknowledgedAt: now, status })] }), now)).toMatchObject([
      { kind: "Progressing", numbers: { cluster: "eu-1", health: "Progressing" }, next: now + 900_000 },
    ]);
    const still = { ...status, health: "Degraded" as const, degradedSince: now };
    expect(explainRollout(rollout({ targets: [target({ acknowledgedAt: now, status: still, wasDegraded: true })] }), now)).toMatchObject([
      { kind: "Degraded", message: expect.stringMatching(/as it was before; it counts as failed/) as string, next: now + 900_000 },
    ]);
  });

  test("a completed rollout counts the clusters that do without it", () => {
    const completed = rollout({ phase: "Completed", finishedAt: now });
    expect(explainRollout(completed, now)[0]?.message).toMatch(/reached every cluster at /);
    const leftOut = [
      { state: "failed", clusters: 1 },
      { state: "skipped", clusters: 2 },
    ] as const;
    expect(explainRollout({ ...completed, leftOut }, now)).toMatchObject([
      {
        message: expect.stringMatching(/reached every cluster but 3 at .*: 1 failed, 2 skipped$/) as string,
        action: "see which: drover rollout status r1",
      },
    ]);
  });

  test("a paused rollout says who or what paused it", () => {
    const paused = (pause: Pause): string => {
      const holds = [{ because: { kind: "Paused" as const }, clusters: 0, examples: [] }];
      return explainRollout(rollout({ phase: "Paused", holds, pause }), now)[0]?.message ?? "";
    };
    expect(paused({ actor: "users/anna", because: { kind: "Asked", reason: "odd graphs" } })).toBe("paused by users/anna: odd graphs");
    expect(paused({ actor: "drover", because: { kind: "Recovered", clusters: 1 } })).toMatch(
      /recovery of a lost database: 1 cluster holds/,
    );
  });

  test.each([
    ["Paused", { phase: "Paused", holds: [{ because: { kind: "Paused" }, clusters: 1, examples: [] }] }, "drover rollout resume r1"],
    ["Superseded", { phase: "Superseded", supersededBy: "r2" }, undefined],
    ["Completed", { phase: "Completed", finishedAt: now }, undefined],
  ] as const)("%s", (kind, over, action) => {
    const links = explainRollout(rollout(over), now);
    expect(links.map((link) => link.kind)).toEqual([kind]);
    expect(links[0]?.action).toBe(action);
  });
});

const place = (over: Partial<PlaceFacts> = {}): PlaceFacts => ({
  application: "web",
  environment: "staging",
  invalidFiles: [],
  known: { application: true, environment: true },
  pinned: "v1",
  hasExceptions: false,
  tracked: false,
  head: undefined,
  sourceProblem: undefined,
  problem: undefined,
  held: [],
  removal: undefined,
  clusters: { enrolled: [{ name: "eu-1", lastSeen: now }], notEnrolled: [], revoked: [] },
  rollouts: [],
  ...over,
});

describe("explainPlace", () => {
  test.each<[string, Partial<PlaceFacts>, string]>([
    [
      "an invalid file",
      { invalidFiles: [{ path: "pins/staging/web.yaml", problem: { code: "FLEET_FILE_SCHEMA", message: "line 3" } }] },
      "FleetFileInvalid",
    ],
    ["no pin", { pinned: undefined }, "NotPlaced"],
    ["a removal under way", { pinned: undefined, removal: { deletionPolicy: "Delete", waiting: 1, waitingFor: [] } }, "Removing"],
    ["no such application", { known: { application: false, environment: true } }, "NotPlaced"],
    ["a render that fails", { problem: { code: "MANIFEST_YAML", message: "broken" } }, "RenderFailed"],
    ["a render of nothing", { problem: { code: "EMPTY_RENDER", message: "nothing" } }, "PlacementHeld"],
    ["a pin that holds a tracked branch", { tracked: true, head: "v2" }, "PinHolds"],
    ["no clusters", { clusters: { enrolled: [], notEnrolled: [], revoked: [] } }, "NoClusters"],
    [
      "clusters that never enrolled",
      { clusters: { enrolled: [{ name: "eu-1", lastSeen: now }], notEnrolled: ["eu-2"], revoked: [] } },
      "NotEnrolled",
    ],
    [
      "a cluster that two environments want",
      { held: [{ clusterId: "eu-1" as ClusterId, cluster: "eu-1", problem: { code: "AMBIGUOUS_ENVIRONMENT", message: "both" } }] },
      "AmbiguousEnvironment",
    ],
  ])("%s", (_name, over, kind) => {
    expect(explainPlace(place(over), now).map((link) => link.kind)).toEqual([kind]);
  });

  test("a source that cannot be read any more holds an environment that follows it, and no pin", () => {
    const sourceProblem = { code: "SOURCE_UNAVAILABLE", message: "fetch main: no route to host" };
    const rollouts = [rollout({ phase: "Completed", finishedAt: now })];
    const followed = place({ pinned: undefined, tracked: true, sourceProblem, rollouts });
    expect(explainPlace(followed, now)).toMatchObject([{ kind: "SourceHeld" }, { kind: "Completed" }]);
    expect(explainPlace({ ...followed, pinned: "v3" }, now)).toMatchObject([{ kind: "Completed" }]);
  });

  test("a cluster that fell silent stands before what reached it, and is told once", () => {
    const lastSeen = instant(now - 142_000);
    const clusters = { enrolled: [{ name: "eu-1", lastSeen }], notEnrolled: [], revoked: [] };
    const done = rollout({ phase: "Completed", finishedAt: now });
    expect(explainPlace(place({ clusters, rollouts: [done] }), now)).toMatchObject([
      { kind: "Stale", subject: "clusters/eu-1", action: expect.stringContaining("look at the agent in cluster eu-1") as string },
      { kind: "Completed" },
    ]);
    const underWay = rollout({ targets: [target({ lastSeen })] });
    expect(explainPlace(place({ clusters, rollouts: [underWay] }), now)).toMatchObject([
      { kind: "AwaitingAck" },
      { kind: "Stale", parent: 0 },
    ]);
  });

  test("a cluster that was revoked is enrolled anew: there is nothing to add or to label", () => {
    const clusters = { enrolled: [], notEnrolled: [], revoked: ["lab-1"] };
    expect(explainPlace(place({ clusters, rollouts: [rollout({ phase: "Superseded" })] }), now)).toMatchObject([
      {
        kind: "Revoked",
        message: "staging: every cluster that it selects was revoked, and no change reaches it until it is enrolled anew: lab-1",
        action: "start its agent with a token of `drover cluster token lab-1`",
      },
      { kind: "Superseded", message: "it ended: git asked for something else, or left it no cluster to go to" },
    ]);
  });

  test("nothing is wrong: it ends with its rollout", () => {
    expect(explainPlace(place({ rollouts: [rollout({ phase: "Completed", finishedAt: now })] }), now)).toMatchObject([
      { kind: "Completed" },
    ]);
  });
});

describe("explainCluster", () => {
  const facts = {
    application: "web",
    cluster: "eu-1",
    state: "Enrolled" as const,
    lastSeen: now,
    inMaintenance: false,
    held: [],
    problem: undefined,
    assignment: { revision: "v3", generation: 2, state: "active", environment: "staging" },
    reported: { generation: 2, sync: "Synced" as const, health: "Healthy" as const, failing: [] },
    target: undefined,
    rollout: undefined,
  };

  test("says so when all is well", () => {
    expect(explainCluster(facts, now)).toMatchObject([{ kind: "Healthy" }]);
  });

  test("what git wants by now and does not render comes before what runs well", () => {
    const problem = { code: "MANIFEST_YAML", message: "web.yaml:3: bad indentation" };
    expect(explainCluster({ ...facts, problem }, now)).toMatchObject([
      { kind: "RenderFailed", subject: "environments/staging/applications/web", message: problem.message },
      { kind: "Healthy" },
    ]);
  });

  test("what is being removed says how, and what the agent says of it", () => {
    const assignment = { ...facts.assignment, state: "removing", deletionPolicy: "Delete" as const };
    const reported = { ...facts.reported, syncReason: "Removing", syncMessage: "Deployment web waits for a finalizer" };
    expect(explainCluster({ ...facts, assignment, reported }, now)).toMatchObject([
      { kind: "Removing", message: expect.stringContaining("(Delete) and says Removing: Deployment web waits for a finalizer") as string },
    ]);
    const removed = { ...facts.assignment, state: "withdrawn", deletionPolicy: "Orphan" as const };
    expect(explainCluster({ ...facts, assignment: removed }, now)).toMatchObject([{ kind: "Removed" }]);
  });

  test("a cluster in maintenance says whom it waits for", () => {
    expect(explainCluster({ ...facts, inMaintenance: true }, now)).toMatchObject([
      { kind: "Maintenance", action: expect.any(String) as string },
      {},
    ]);
  });

  test.each(["Pending", "Revoked"] as const)("a cluster that is %s says how it gets an identity", (state) => {
    expect(explainCluster({ ...facts, state }, now)[0]).toMatchObject({
      action: "start its agent with a token of `drover cluster token eu-1`",
    });
  });

  test("words of an older generation are no answer", () => {
    expect(explainCluster({ ...facts, reported: { ...facts.reported, generation: 1 } }, now)).toMatchObject([{ kind: "AwaitingAck" }]);
  });

  test("names what keeps it from being Healthy", () => {
    const links = explainCluster({ ...facts, reported: { ...facts.reported, health: "Degraded", failing: [crash] } }, now);
    expect(links.map(({ kind }) => kind)).toEqual(["Degraded", "ObjectFailing"]);
  });

  test("a waiting cluster is held by its rollout", () => {
    const held = rollout({ phase: "Paused", holds: [{ because: { kind: "Paused" }, clusters: 1, examples: [] }] });
    expect(explainCluster({ ...facts, target: target({ state: "waiting" }), rollout: held }, now)).toMatchObject([{ kind: "Paused" }]);
  });

  test("a silent cluster says since when", () => {
    expect(explainCluster({ ...facts, lastSeen: instant(now - 100_000) }, now)[0]).toMatchObject({ kind: "Stale" });
  });
});
