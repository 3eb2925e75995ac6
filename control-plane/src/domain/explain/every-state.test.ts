import { type ClusterId, instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import { expect, test } from "vitest";
import type { GateRun } from "../rollout/gate.ts";
import type { HoldReason } from "../rollout/holds.ts";
import type { TargetReason } from "../rollout/judge.ts";
import type { Phase } from "../rollout/phase.ts";
import type { ClosedWindow } from "../rollout/restrictions.ts";
import { resolveStrategy } from "../rollout/strategy.ts";
import type { TargetState } from "../rollout/target.ts";
import { type ClusterFacts, explainCluster, explainIdleCluster } from "./explain-cluster.ts";
import { explainPlace, type PlaceFacts } from "./explain-place.ts";
import { explainPromotion, type PromotionFacts } from "./explain-promotion.ts";
import { explainRollout, type RolloutFacts } from "./explain-rollout.ts";
import type { ExplainedTarget } from "./explain-target.ts";
import { explainWave } from "./explain-wave.ts";
import { type Link, type ListedLink, listLinks } from "./link.ts";

// Every state that something can be in without being at its end must be explained: at least one link, each with words, and either a
// time at which it goes on by itself or something that a person can do, on the link or on what it is because of.

const now = instant(1_000_000);
const soon = instant(2_000_000);

const target = (state: TargetState, over: Partial<ExplainedTarget> = {}): ExplainedTarget => ({
  clusterId: "eu-1" as ClusterId,
  name: "eu-1",
  labels: {},
  state,
  wave: 0,
  retried: false,
  hasPrevious: true,
  generation: 2,
  wasDegraded: false,
  wasRefused: false,
  dispatchedAt: now,
  acknowledgedAt: now,
  succeededAt: undefined,
  goal: undefined,
  assignment: undefined,
  status: {
    generation: 2,
    bundle: "sha256:b" as Digest,
    sync: "Synced",
    health: "Progressing",
    degradedSince: undefined,
    lastDegradedAt: undefined,
    reportedAt: now,
    holdsPrune: true,
    refusal: undefined,
  },
  lastSeen: now,
  inMaintenance: false,
  window: undefined,
  because: undefined,
  failing: [{ group: "apps", kind: "Deployment", name: "web", reason: "RollingOut", message: "" }],
  syncReason: undefined,
  syncMessage: undefined,
  ...over,
});

const degraded = { ...target("succeeded").status!, health: "Degraded" as const, degradedSince: now };

const refusing = {
  ...target("inFlight").status!,
  sync: "OutOfSync" as const,
  refusal: { object: "Deployment web", reason: "Forbidden", message: "no memory limit", since: now },
};

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

const held = (because: HoldReason, over: Partial<RolloutFacts> = {}): RolloutFacts =>
  rollout({ holds: [{ because, clusters: 2, examples: [] }], ...over });

const run: GateRun = { wave: 0, when: "after", gate: "smoke", state: "Open", message: "1 of 3 passed", next: soon };
const window: ClosedWindow = {
  scope: "environment",
  owner: "staging",
  kind: "allow",
  schedule: "0 9 * * 1-5",
  timeZone: "UTC",
  overrun: false,
  opensAt: soon,
};

/** One of each kind, with the clusters that the planner would have found; the compiler asks for the kinds that are missing. */
const holds: { readonly [Kind in HoldReason["kind"]]: RolloutFacts } = {
  Stopped: held({ kind: "Stopped", actor: "users/ada", reason: "smoke", since: now }),
  Paused: held({ kind: "Paused" }, { phase: "Paused" }),
  Halted: held({ kind: "Halted", failed: 1, maxFailures: 0 }, { phase: "Halted", targets: [target("failed")] }),
  Quarantined: held({ kind: "Quarantined", revision: "v3", reason: "it burns" }),
  Frozen: held({ kind: "Frozen", freeze: "holidays", reason: "everybody is away", until: soon }),
  OutsideWindow: held({ kind: "OutsideWindow", window }),
  GateOpen: held({ kind: "GateOpen", waveName: "canary", type: "Http", run }),
  GateFailed: held(
    { kind: "GateFailed", waveName: "canary", type: "Http", run: { ...run, state: "Failed", next: undefined } },
    { phase: "Halted" },
  ),
  EarlierWave: held({ kind: "EarlierWave", wave: "canary", waiting: 0, inFlight: 1 }, { targets: [target("inFlight")] }),
  Unwell: held({ kind: "Unwell", wave: "canary", clusters: 1 }, { targets: [target("succeeded", { status: degraded })] }),
  Soaking: held({ kind: "Soaking", wave: "canary", until: soon }),
  Concurrency: held({ kind: "Concurrency", wave: "canary", inFlight: 1, maxConcurrency: 1 }, { targets: [target("inFlight")] }),
  StrictFailures: held({ kind: "StrictFailures", inFlight: 1, failed: 0, maxFailures: 0 }, { targets: [target("inFlight")] }),
  OfflineBudget: held({ kind: "OfflineBudget", offline: 1, maxOffline: 0 }, { targets: [target("offline")] }),
  Offline: held({ kind: "Offline", lastSeen: now }),
  AwaitingOffline: held({ kind: "AwaitingOffline", wave: "canary", offline: 1 }, { targets: [target("offline")] }),
  Maintenance: held({ kind: "Maintenance", cluster: "eu-1" }),
  PruneHeld: held({ kind: "PruneHeld", wave: "canary", held: 1, of: 1, clusters: ["eu-1"] }, { targets: [target("inFlight")] }),
  TooFewSuccessful: held({ kind: "TooFewSuccessful", successful: 0, minSuccessful: 1 }, { targets: [target("failed")] }),
};

/** Those that only wait for their time. */
const timed: ReadonlySet<string> = new Set([
  "Frozen",
  "OutsideWindow",
  "GateOpen",
  "EarlierWave",
  "Unwell",
  "Soaking",
  "Concurrency",
  "StrictFailures",
]);

/** What is wrong with an answer to why, whatever it is about. */
const faultsOf = (links: readonly ListedLink[], needsTime: boolean): readonly string[] => [
  ...(links.length === 0 ? ["it says nothing"] : []),
  ...links.flatMap(({ message, subject, kind, parent }, index) => [
    ...(message.trim() === "" || /undefined|NaN|\[object/.test(message) ? [`${kind} says "${message}"`] : []),
    ...(/^\w+ [a-z-]+(\/|$)/.test(`${kind} ${subject}`) ? [] : [`${kind} is about ${subject}`]),
    ...(parent === undefined || parent < index ? [] : [`${kind} stands before its cause`]),
  ]),
  ...(links.some(({ next, action }) => next !== undefined || action !== undefined) ? [] : ["nothing is to be done or awaited"]),
  ...(!needsTime || links.some(({ next }) => next !== undefined && next >= now) ? [] : ["no time is named"]),
];

test.each(Object.entries(holds))("a rollout that is held by %s", (kind, facts) => {
  const links = listLinks(explainRollout(facts, now));
  expect(links[0]?.kind).toBe(kind);
  expect(links[0]?.numbers).toMatchObject({ waiting: 2 });
  expect(faultsOf(links, timed.has(kind))).toEqual([]);
  for (const { kind: cause, parent } of links.slice(1))
    expect(`${cause} ${parent === undefined ? "stands alone" : "is a cause"}`).toMatch(/is a cause/);
});

const phases: { readonly [P in Exclude<Phase, "Completed" | "RolledBack" | "Superseded">]: RolloutFacts } = {
  Pending: rollout({ phase: "Pending" }),
  Running: rollout({ targets: [target("inFlight", { acknowledgedAt: undefined })] }),
  Paused: holds.Paused,
  Halted: holds.Halted,
  RollingBack: rollout({ phase: "RollingBack", rollback: { ...holds.Concurrency, id: "r2" } }),
  Aborted: rollout({ phase: "Aborted", canGoBack: false }),
};

test("an aborted rollout is to be taken up while nothing newer has begun there", () => {
  const [link] = listLinks(explainRollout(phases.Aborted, now));
  expect(link?.action).toBe("take it up where it stopped: drover rollout retry r1, or promote another revision");
  const [overtaken] = listLinks(explainRollout({ ...phases.Aborted, overtakenBy: "r2" }, now));
  expect(overtaken).toMatchObject({
    message: "it was aborted; clusters keep what they have; another rollout has begun there since",
    action: "see that one: drover rollout status r2",
  });
});

test.each(Object.entries(phases).filter(([phase]) => phase !== "Pending"))("a rollout that is %s", (phase, facts) => {
  const links = listLinks(explainRollout(facts, now));
  expect(faultsOf(links, phase === "Running" || phase === "RollingBack")).toEqual([]);
  expect(links[0]?.subject).toMatch(/^(rollouts\/r1|clusters\/eu-1)$/);
});

test("a rollout that has only begun is about to go on", () => {
  expect(explainRollout(phases.Pending, now)).toMatchObject([{ kind: "Pending", message: "it is Pending and about to go on" }]);
});

test("a wave waits because of what holds the wave before it, and not beside it", () => {
  const concurrency = {
    because: { kind: "Concurrency", wave: "canary", inFlight: 1, maxConcurrency: 1 } as const,
    clusters: 1,
    examples: [],
  };
  const earlier = { because: { kind: "EarlierWave", wave: "canary", waiting: 1, inFlight: 1 } as const, clusters: 5, examples: [] };
  const facts = rollout({ holds: [concurrency, earlier], targets: [target("inFlight"), target("failed", { name: "eu-2" })] });
  expect(listLinks(explainRollout(facts, now)).map(({ kind, parent }) => `${kind} ${parent ?? "-"}`)).toEqual([
    "EarlierWave -",
    "Concurrency 0",
    "Progressing 1",
    "ObjectFailing 2",
    "ClusterFailed -",
    "ObjectFailing 4",
  ]);
});

test("a wave that nobody waits for is not spoken of: its own clusters are", () => {
  const earlier = { because: { kind: "EarlierWave", wave: "canary", waiting: 0, inFlight: 1 } as const, clusters: 0, examples: [] };
  const kinds = (targets: readonly ExplainedTarget[]) =>
    explainRollout(rollout({ holds: [earlier], targets }), now).map(({ kind }) => kind);
  expect(kinds([target("inFlight")])).toEqual(["Progressing"]);
  expect(kinds([])).toEqual(["EarlierWave"]);
});

test("a rollback that would be refused is not offered", () => {
  const actions = (facts: RolloutFacts) => listLinks(explainRollout(facts, now)).map(({ action = "" }) => action);
  for (const facts of [holds.Halted, holds.GateFailed, holds.TooFewSuccessful, rollout({ phase: "Aborted" })]) {
    expect(actions(facts).join("\n")).toContain("drover rollback");
    expect(actions({ ...facts, canGoBack: false }).join("\n")).not.toContain("drover rollback");
  }
});

const reasons: readonly TargetReason[] = [
  { kind: "ProgressDeadline", since: now, acknowledged: true },
  { kind: "ProgressDeadline", since: now, acknowledged: false },
  { kind: "Degraded", since: now, afterSuccess: true },
  { kind: "WentOffline", lastSeen: undefined },
  { kind: "Refused", object: "Deployment web", reason: "Forbidden", message: "no memory limit", since: now },
];

const clusterFacts = (over: Partial<ClusterFacts>): ClusterFacts => ({
  application: "web",
  cluster: "eu-1",
  state: "Enrolled",
  lastSeen: now,
  inMaintenance: false,
  held: [],
  problem: undefined,
  assignment: { revision: "v3", generation: 2, state: "active", environment: "staging" },
  reported: { generation: 2, sync: "Synced", health: "Healthy", failing: [] },
  target: undefined,
  rollout: undefined,
  ...over,
});

const said = (over: Partial<NonNullable<ClusterFacts["reported"]>>): Partial<ClusterFacts> => ({
  reported: { generation: 2, sync: "Synced", health: "Healthy", failing: [], ...over },
});

test.each<[string, Partial<ClusterFacts>, boolean]>([
  ["never enrolled", { state: "Pending", lastSeen: undefined }, false],
  ["revoked", { state: "Revoked" }, false],
  ["Stale", { lastSeen: instant(now - 100_000) }, false],
  ["Offline", { lastSeen: instant(now - 1_000_000) }, false],
  ["in maintenance", { inMaintenance: true }, false],
  ["without the application", { assignment: undefined }, false],
  ["given something that it has not reported", { reported: undefined }, true],
  ["failing an object", said({ health: "Degraded", failing: target("failed").failing }), false],
  ["only reporting", said({ sync: "OutOfSync", syncReason: "ReportOnly", syncMessage: "2 objects differ" }), false],
  ["suspended", said({ sync: "Unknown", health: "Unknown", syncReason: "Suspended", syncMessage: "suspended: nothing is changed" }), false],
  ["unable to apply", said({ sync: "OutOfSync", syncReason: "ApplyFailed", syncMessage: "forbidden" }), false],
  ["waiting in a rollout", { target: target("waiting"), rollout: holds.Soaking }, true],
  ["in flight", { target: target("inFlight"), rollout: rollout() }, true],
  ["in flight and suspended", { target: target("inFlight", { status: { ...degraded, health: "Suspended" } }), rollout: rollout() }, true],
  ["in flight and refusing", { target: target("inFlight", { status: refusing }), rollout: rollout() }, true],
  ["still refusing", { target: target("inFlight", { status: refusing, wasRefused: true }), rollout: rollout() }, true],
  ["unwell after success", { target: target("succeeded", { status: degraded }), rollout: rollout() }, true],
  ["skipped", { target: target("skipped"), rollout: rollout() }, false],
  ...reasons.map((because): [string, Partial<ClusterFacts>, boolean] => [
    `failed by ${because.kind}`,
    { target: target("failed", { because }), rollout: rollout() },
    false,
  ]),
])("a cluster that is %s", (_name, over, needsTime) => {
  expect(faultsOf(listLinks(explainCluster(clusterFacts(over), now)), needsTime)).toEqual([]);
});

test("a cluster that nothing was placed on says so, and whether its agent has ever connected", () => {
  const idle = (over: Partial<ClusterFacts>) =>
    explainIdleCluster(clusterFacts({ application: "", assignment: undefined, reported: undefined, ...over }), now);
  expect(idle({}).map(({ message }) => message)).toEqual(["nothing is placed on cluster eu-1"]);
  for (const [state, said] of [
    ["Pending", "cluster eu-1 never enrolled: its agent has not connected"],
    ["Enrolled", "cluster eu-1 is enrolled, and its agent has not connected"],
  ] as const) {
    const links = listLinks(idle({ state, lastSeen: undefined }));
    expect(links).toMatchObject([{ message: said }, { subject: "clusters/eu-1", message: "nothing is placed on cluster eu-1" }]);
    expect(faultsOf(links, false)).toEqual([]);
  }
});

test("what only reports and what is suspended are named", () => {
  const kinds = (over: Partial<ClusterFacts>): readonly string[] =>
    listLinks(explainCluster(clusterFacts(over), now)).map(({ kind }) => kind);
  expect(kinds(said({ sync: "OutOfSync", syncReason: "ReportOnly" }))).toEqual(["OutOfSync", "ReportOnly"]);
  expect(kinds(said({ sync: "Unknown", health: "Unknown", syncReason: "Suspended" }))).toEqual(["Unknown", "Suspended"]);
  expect(kinds({ target: target("inFlight", { status: { ...degraded, health: "Suspended" } }), rollout: rollout() })[0]).toBe("Suspended");
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

const ambiguous = { clusterId: "eu-1" as ClusterId, cluster: "eu-1", problem: { code: "AMBIGUOUS_ENVIRONMENT", message: "both want it" } };

const notFetched = { code: "SOURCE_NOT_FETCHED", message: "it has not been fetched yet; this resolves by itself" };
const sourceProblem = { code: "SOURCE_UNAVAILABLE", message: "fetch web: the host has no such repository" };

test.each<[string, Partial<PlaceFacts>]>([
  ["has a file that is not valid", { invalidFiles: [{ path: "pins/staging/web.yaml", problem: { code: "X", message: "line 3" } }] }],
  ["is unknown", { known: { application: false, environment: true } }],
  ["is not pinned", { pinned: undefined }],
  ["does not render", { problem: { code: "MANIFEST_YAML", message: "broken" } }],
  ["is held", { problem: { code: "EMPTY_RENDER", message: "nothing" } }],
  ["is held by a pin", { tracked: true, head: "v2" }],
  ["has an ambiguous cluster", { held: [ambiguous] }],
  ["has no clusters", { clusters: { enrolled: [], notEnrolled: [], revoked: [] } }],
  ["has clusters that never enrolled", { clusters: { enrolled: [{ name: "eu-1", lastSeen: now }], notEnrolled: ["eu-2"], revoked: [] } }],
  ["is being removed", { pinned: undefined, removal: { deletionPolicy: "Delete", waiting: 1, waitingFor: [] } }],
  ["is being rolled out", { rollouts: [holds.Soaking] }],
  ["follows a source that cannot be read", { pinned: undefined, tracked: true, problem: notFetched, sourceProblem }],
  ["has settled into nothing yet", {}],
])("a place that %s", (_name, over) => {
  expect(faultsOf(listLinks(explainPlace(place(over), now)), false)).toEqual([]);
});

test("a place whose source cannot be read says what its source has met with, and not that it resolves by itself", () => {
  const links = explainPlace(place({ pinned: undefined, tracked: true, problem: notFetched, sourceProblem }), now);
  expect(links).toMatchObject([
    {
      kind: "PlacementHeld",
      message: sourceProblem.message,
      numbers: { code: "SOURCE_UNAVAILABLE" },
      action: expect.stringContaining("correct source.repository or source.credentialsRef") as string,
    },
  ]);
});

const promotion = (over: Partial<PromotionFacts> = {}): PromotionFacts => ({
  id: "p1",
  application: "web",
  environment: "staging",
  revision: "v3",
  state: "Pending",
  error: undefined,
  createdAt: now,
  commit: undefined,
  isProjected: false,
  work: { dueAt: soon, attempts: 0, lastError: undefined },
  rollouts: [],
  place: place(),
  ...over,
});

const lastError = { code: "SOURCE_UNAVAILABLE", message: "the git host does not answer" };

test.each<[string, Partial<PromotionFacts>, readonly string[], boolean]>([
  ["waits for its commit", {}, ["AwaitingCommit"], true],
  ["waits for a git host", { work: { dueAt: soon, attempts: 3, lastError } }, ["AwaitingCommit", "SourceUnavailable"], true],
  ["waits to be read", { state: "Committed", commit: "c1" }, ["AwaitingProjection"], true],
  [
    "is held at its place",
    { state: "Committed", isProjected: true, place: place({ held: [ambiguous] }) },
    ["NoRollout", "AmbiguousEnvironment"],
    false,
  ],
  ["is being rolled out", { state: "Committed", isProjected: true, rollouts: [holds.Soaking] }, ["Soaking"], true],
  ["will never be carried out", { state: "Failed", error: lastError }, ["PromotionFailed"], false],
])("a promotion that %s", (_name, over, kinds, needsTime) => {
  const links = listLinks(explainPromotion(promotion(over), now));
  expect(links.map(({ kind }) => kind)).toEqual(kinds);
  expect(faultsOf(links, needsTime)).toEqual([]);
});

test("a wave says that it is done, that it had nobody, or what holds it", () => {
  const kinds = (wave: string, facts: RolloutFacts, sizes = {}): readonly string[] =>
    listLinks(explainWave(facts, wave, sizes, now) as readonly Link[]).map(({ kind }) => kind);
  const strategy = resolveStrategy({ waves: [{ name: "canary" }, { name: "empty" }, { name: "eu" }] });
  const facts = { ...held({ kind: "Soaking", wave: "eu", until: soon }), strategy };
  expect(kinds("canary", facts, { 0: 1, 2: 4 })).toEqual(["WaveDone"]);
  expect(kinds("1", facts, { 0: 1, 2: 4 })).toEqual(["NoClusters"]);
  expect(kinds("eu", facts, { 0: 1, 2: 4 })).toEqual(["Soaking"]);
  expect(kinds("others", facts, { 0: 1, 2: 4 })).toEqual(["Soaking"]);
  expect(() => kinds("asia", facts)).toThrow(/its waves are canary, empty, eu, others/);
});
