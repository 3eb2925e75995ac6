import { canonicalJson, type ClusterId, type Instant } from "@drover/kit";
import type { Window } from "@drover/proto/fleet";
import type { ClosedWindow, Restrictions } from "../rollout/restrictions.ts";
import { type FreezePlace, judgeFreezes, type NamedFreeze } from "./judge-freezes.ts";
import { earliest, judgeWindows, type WindowLevel, type WindowVerdict } from "./judge-windows.ts";

/** A cluster that has windows of its own. */
export interface ClusterWindows {
  readonly clusterId: ClusterId;
  readonly name: string;
  readonly windows: readonly Window[];
}

/** Everything that people laid over the plans of one place, as it stands in git and in the database. */
export interface RestrictionFacts {
  readonly place: FreezePlace;
  readonly stopped: Restrictions["stopped"];
  readonly freezes: readonly NamedFreeze[];
  /** Of this place and of its whole environment, those that nobody ended. */
  readonly breakGlasses: readonly NonNullable<Restrictions["breakGlass"]>[];
  /** Of the organisation, the project and the environment. */
  readonly windows: readonly WindowLevel[];
  readonly clusters: readonly ClusterWindows[];
}

export interface Restricted {
  readonly restrictions: Restrictions;
  /** Clusters that their own windows keep closed. */
  readonly closedClusters: ReadonlyMap<ClusterId, ClosedWindow>;
}

export function restrictAt(facts: RestrictionFacts, now: Instant): Restricted {
  const freezes = judgeFreezes(facts.freezes, facts.place, now);
  const windows = judgeWindows(facts.windows, now);
  const clusters = judgeClusters(facts.clusters, now);
  const [breakGlass] = facts.breakGlasses.filter(({ expiresAt }) => expiresAt > now).toSorted((a, b) => b.expiresAt - a.expiresAt);
  const restrictions: Restrictions = {
    stopped: facts.stopped,
    freeze: freezes.freeze,
    window: windows.closed,
    breakGlass,
    changesAt: earliest([freezes.changesAt, windows.changesAt, clusters.changesAt, breakGlass?.expiresAt]),
  };
  return { restrictions, closedClusters: clusters.closed };
}

/** Thousands of clusters share a few schedules: each is judged once. */
function judgeClusters(clusters: readonly ClusterWindows[], now: Instant) {
  const verdicts = new Map<string, WindowVerdict>();
  const closed = new Map<ClusterId, ClosedWindow>();
  for (const { clusterId, name, windows } of clusters) {
    const key = canonicalJson(windows);
    const verdict = verdicts.get(key) ?? judgeWindows([{ scope: "cluster", owner: name, windows }], now);
    verdicts.set(key, verdict);
    if (verdict.closed !== undefined) closed.set(clusterId, { ...verdict.closed, owner: name });
  }
  return { closed, changesAt: earliest([...verdicts.values()].map(({ changesAt }) => changesAt)) };
}
