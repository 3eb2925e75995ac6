import type { ClusterId } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import { describe, expect, test } from "vitest";
import type { ReleaseId } from "../release/release.ts";
import type { Content } from "./content.ts";
import { type Desired, type Place, planPlacement, type PlacementPlan, type Scope, type StoredGoal } from "./plan.ts";

const content = (name: string): Content => ({
  releaseId: name as ReleaseId,
  revision: name,
  bundle: `sha256:${name}` as Digest,
  namespace: "default",
  project: "default",
  syncPolicy: { prune: true, selfHeal: true, whenToTakeOver: "IfNoDiff", drift: { mode: "correct", people: "evict" }, syncOptions: [] },
  digest: `sha256:${name}` as Digest,
});

const wants = (clusters: Readonly<Record<string, string>>, scope: Scope = "Environment"): Desired[] =>
  Object.entries(clusters).map(([name, release]) => ({ clusterId: name as ClusterId, scope, content: content(release) }));

const place = (goals: Readonly<Record<string, string>>, over: Partial<Place> = {}, scope: Scope = "Environment"): Place => ({
  goals: new Map(
    Object.entries(goals).map(([name, release]): [ClusterId, StoredGoal] => [
      name as ClusterId,
      { scope, digest: content(release).digest, revision: release, rolloutId: over.active?.[scope] ?? "past" },
    ]),
  ),
  active: {},
  assigned: new Set(Object.keys(goals) as ClusterId[]),
  completed: undefined,
  held: new Set(),
  recollected: new Map(),
  recovering: false,
  ...over,
});

const holding = (clusters: Readonly<Record<string, string>>): Place["recollected"] =>
  new Map(Object.entries(clusters).map(([name, release]) => [name as ClusterId, content(release).digest]));

const merge = (a: Place, b: Place): Place => ({ ...a, goals: new Map([...a.goals, ...b.goals]), active: { ...b.active, ...a.active } });
const v = (name: string): ReleaseId => name as ReleaseId;
const ids = (targets: readonly { clusterId: ClusterId }[]): string[] => targets.map(({ clusterId }) => String(clusterId));
const starts = ({ starts: all }: PlacementPlan): string[] =>
  all.map(({ scope, supersedes, targets }) => `${scope}${supersedes ? ` over ${supersedes}` : ""}: ${ids(targets).join(" ")}`);

describe("planPlacement", () => {
  test("the first placement is a rollout over the whole environment", () => {
    expect(starts(planPlacement(wants({ a: "v1", b: "v1" }), place({})))).toEqual(["Environment: a b"]);
  });

  test("does nothing when every goal is as git wants it", () => {
    const plan = planPlacement(wants({ a: "v1", b: "v1" }), place({ a: "v1", b: "v1" }, { completed: v("v1") }));
    expect(plan).toEqual({ starts: [], ends: [], joins: [], directs: [], newcomers: [], adopts: [], renames: [], leavers: [] });
  });

  test("content that changes for one cluster alone still goes through a rollout of the environment", () => {
    expect(starts(planPlacement(wants({ a: "v1", b: "v1x" }), place({ a: "v1", b: "v1" }, { completed: v("v1") })))).toEqual([
      "Environment: a b",
    ]);
  });

  test("a newer change supersedes the one under way", () => {
    expect(starts(planPlacement(wants({ a: "v2" }), place({ a: "v1" }, { active: { Environment: "r1" } })))).toEqual([
      "Environment over r1: a",
    ]);
  });

  const renamed = wants({ a: "v1" }).map((target) => ({ ...target, content: { ...target.content, revision: "newer" } }));

  test("a commit that changes no object is a rollout with nothing to do, so that its revision is known to have completed", () => {
    expect(starts(planPlacement(renamed, place({ a: "v1" }, { completed: v("v1") })))).toEqual(["Environment: a"]);
  });

  test("during a rollout of the same content it only renames the goals", () => {
    const plan = planPlacement(renamed, place({ a: "v1" }, { active: { Environment: "r1" } }));
    expect(plan.starts).toEqual([]);
    expect(plan.ends).toEqual([]);
    expect(ids(plan.renames)).toEqual(["a"]);
  });

  test("an exception is a rollout of its own, and the environment stands still", () => {
    const plan = planPlacement([...wants({ a: "v1" }), ...wants({ b: "v2" }, "Clusters")], place({ a: "v1", b: "v1" }));
    expect(starts(plan)).toEqual(["Clusters: b"]);
  });

  test("a newer exception takes over the clusters of the one under way", () => {
    const before = place({ b: "v2" }, { active: { Clusters: "r1" } }, "Clusters");
    const plan = planPlacement(wants({ b: "v2", c: "v2" }, "Clusters"), merge(before, place({ c: "v1" })));
    expect(starts(plan)).toEqual(["Clusters over r1: c b"]);
  });

  test("an exception that is removed brings its cluster back by a rollout over it alone", () => {
    const before = merge(place({ a: "v1" }), place({ b: "v2" }, {}, "Clusters"));
    expect(starts(planPlacement(wants({ a: "v1", b: "v1" }), before))).toEqual(["Clusters: b"]);
  });

  test("that rollout is not ended while the cluster is on its way back", () => {
    const before = merge(place({ a: "v1" }, { completed: v("v1") }), {
      ...place({}, { active: { Clusters: "r1" } }),
      goals: new Map([["b" as ClusterId, { scope: "Environment", digest: content("v1").digest, revision: "v1", rolloutId: "r1" }]]),
    });
    expect(planPlacement(wants({ a: "v1", b: "v1" }), before).ends).toEqual([]);
  });

  test("a cluster that joins a settled environment gets its content at once", () => {
    const plan = planPlacement(wants({ a: "v1", b: "v1" }), place({ a: "v1" }, { completed: v("v1") }));
    expect(plan.starts).toEqual([]);
    expect(ids(plan.directs)).toEqual(["b"]);
  });

  test("a cluster that joins during a rollout gets the last completed release first, and the new one in its wave", () => {
    const plan = planPlacement(wants({ a: "v2", b: "v2" }), place({ a: "v2" }, { completed: v("v1"), active: { Environment: "r2" } }));
    expect(ids(plan.joins)).toEqual(["b"]);
    expect(plan.newcomers).toEqual(["b"]);
    expect(plan.directs).toEqual([]);
  });

  test("a cluster that joins after an aborted first rollout starts nothing", () => {
    const plan = planPlacement(wants({ a: "v1", b: "v1" }), place({ a: "v1" }));
    expect(plan.starts).toEqual([]);
    expect(ids(plan.renames)).toEqual(["b"]);
  });

  test("a cluster that left is withdrawn; a held one keeps what it has", () => {
    const plan = planPlacement(wants({ a: "v1" }), place({ a: "v1", b: "v1", c: "v1" }, { held: new Set(["c" as ClusterId]) }));
    expect(plan.leavers).toEqual([
      { clusterId: "b", withdraw: true },
      { clusterId: "c", withdraw: false },
    ]);
  });

  test("a cluster that holds the wanted content since before the database was lost keeps it, under its own number", () => {
    const plan = planPlacement(wants({ a: "v1" }), place({}, { recollected: holding({ a: "v1" }) }));
    expect(ids(plan.adopts)).toEqual(["a"]);
    expect(plan.starts).toMatchObject([{ strangers: 0 }]);
  });

  test("a cluster that holds something else makes its rollout begin Paused", () => {
    const plan = planPlacement(wants({ a: "v2", b: "v2" }), place({}, { recollected: holding({ a: "v2", b: "v1" }) }));
    expect(plan.starts).toMatchObject([{ scope: "Environment", strangers: 1 }]);
    expect(ids(plan.adopts)).toEqual(["a"]);
  });

  test("one that is heard of later joins the paused rollout, and takes the place of one that runs", () => {
    const heard = { recollected: holding({ b: "v1" }), active: { Environment: "r1" } };
    const wanted = wants({ a: "v2", b: "v2" });
    expect(ids(planPlacement(wanted, place({ a: "v2" }, { ...heard, recovering: true })).joins)).toEqual(["b"]);
    const plan = planPlacement(wanted, place({ a: "v2" }, heard));
    expect(starts(plan)).toEqual(["Environment over r1: a b"]);
    expect(plan.starts).toMatchObject([{ strangers: 1 }]);
  });

  test("one that is heard of when the environment is at rest is given nothing at once", () => {
    const rest = { completed: v("v2"), recollected: holding({ b: "v1" }) };
    const plan = planPlacement(wants({ a: "v2", b: "v2" }), place({ a: "v2" }, rest));
    expect(plan.directs).toEqual([]);
    expect(plan.starts).toMatchObject([{ strangers: 1 }]);
    const behind = planPlacement(wants({ a: "v3", b: "v3" }), place({ a: "v2" }, rest));
    expect(behind.newcomers).toEqual([]);
  });

  test("a rollout whose clusters are all gone ends", () => {
    expect(planPlacement([], place({ a: "v1" }, { active: { Environment: "r1" } })).ends).toEqual(["r1"]);
  });
});
