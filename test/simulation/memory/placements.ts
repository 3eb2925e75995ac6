import { type ClusterId, DroverError } from "@drover/kit";
import type {
  PlaceName,
  PlacementSnapshot,
  PlacementStore,
  StoredAssignment,
} from "../../../control-plane/src/app/placement/placement-store.ts";
import type { Scope, StoredGoal } from "../../../control-plane/src/domain/placement/plan.ts";
import { acts } from "./active-phases.ts";
import { atOnce, type Between, type MemoryDatabase } from "./database.ts";
import { commitPlacement, commitProblem } from "./placement-commit.ts";

export const createMemoryPlacementStore = (database: MemoryDatabase, between = atOnce): PlacementStore => ({
  load: (place) => load(database, between, place),
  loadRelease: async (id) => {
    const release = database.releases.get(id);
    if (release === undefined) throw new DroverError("not-found", "RELEASE_NOT_FOUND", `load release ${id}: there is none`);
    return release;
  },
  loadHead: async () => undefined,
  loadCause: async (commit) => ({
    kind: "Rollout",
    changeId: commit,
    actor: "git/ada",
    reason: "fleet repository",
    traceparent: undefined,
  }),
  commit: async (snapshot, change) => database.transaction(() => commitPlacement(database, snapshot, change)),
  commitProblem: async (snapshot, placement) => database.transaction(() => commitProblem(database, snapshot, placement)),
});

/** The version first: whatever is newer in the rest is found again by the compare-and-set. */
async function load(database: MemoryDatabase, between: Between, { application, environment }: PlaceName): Promise<PlacementSnapshot> {
  const place = `${application} ${environment}`;
  const { version, stored } = database.placements.get(place) ?? {
    version: 0,
    stored: { revision: undefined, releaseId: undefined, problem: undefined, held: [], rivals: [] },
  };
  await between();
  const clusters = clustersOf(database, { application, environment });
  await between();
  const rollouts = database.rollouts.of(place);
  const active = Object.fromEntries(rollouts.filter(({ phase }) => acts(phase)).map(({ scope, id }): [Scope, string] => [scope, id]));
  await between();
  const [completed] = rollouts
    .filter(({ scope, phase }) => scope === "Environment" && phase === "Completed")
    .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0) || (a.id < b.id ? -1 : 1));
  return {
    application,
    environment,
    version,
    stored,
    active,
    recovering: false,
    recollected: new Map(),
    isStopped: database.emergencyStops.get("fleet") !== undefined,
    completed: completed && { releaseId: completed.releaseId, revision: completed.revision },
    ...clusters,
  };
}

function clustersOf(database: MemoryDatabase, { application, environment }: PlaceName) {
  const goals = new Map<ClusterId, StoredGoal>();
  const assignments = new Map<ClusterId, StoredAssignment>();
  const filled = new Set<ClusterId>();
  const enrolled = new Set<ClusterId>();
  const applicationsOn = new Map<ClusterId, number>();
  for (const { id, state, holdsKnown } of database.clusters.all()) {
    const goal = database.goals.get(`${application} ${environment} ${id}`);
    const isEnrolled = state === "Enrolled" && holdsKnown;
    if (!isEnrolled && goal === undefined) continue;
    if (isEnrolled) enrolled.add(id);
    const all = database.assignments.of(id);
    const others = all.filter((row) => row.application !== application && row.state !== "withdrawn").length;
    if (others > 0) applicationsOn.set(id, others);
    const own = all.find((row) => row.application === application && row.environment === environment);
    if (goal !== undefined) {
      const { scope, content, rolloutId } = goal;
      goals.set(id, { scope, digest: content.digest, revision: content.revision, rolloutId });
    }
    if (own !== undefined) assignments.set(id, { digest: own.content.digest, state: own.state });
    const objects = (digest: string | undefined): number => database.bundles.get(digest ?? "")?.objects ?? 0;
    const assigned = own?.state === "withdrawn" ? undefined : own?.content.bundle;
    if (objects(goal?.content.bundle) > 0 || objects(assigned) > 0) filled.add(id);
  }
  return { goals, assignments, filled, enrolled, applicationsOn };
}
