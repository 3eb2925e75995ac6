import type { Cluster } from "@drover/proto/rest";
import { standingOf, standings } from "../words/standing.ts";

export interface Wanted {
  readonly filter?: string | undefined;
  readonly standing?: string | undefined;
  readonly environment?: string | undefined;
  /** A column's id, behind `-` when descending; the worst first when absent. */
  readonly sort?: string | undefined;
}

const collator = new Intl.Collator(undefined, { numeric: true });

type Compare = (a: Cluster, b: Cluster) => number;

const byName: Compare = (a, b) => collator.compare(a.name, b.name);
const rank = new Map(standings.map((standing, index) => [standing, index]));
const text = (of: (cluster: Cluster) => string | undefined): Compare => {
  return (a, b) => collator.compare(of(a) ?? "", of(b) ?? "") || byName(a, b);
};

const comparisons: Readonly<Record<string, Compare>> = {
  name: byName,
  standing: (a, b) => (rank.get(standingOf(a)) ?? 0) - (rank.get(standingOf(b)) ?? 0) || byName(a, b),
  environments: text(({ environments }) => environments.join()),
  seen: (a, b) => (b.lastSeenAt ?? "").localeCompare(a.lastSeenAt ?? "") || byName(a, b),
  kubernetes: text(({ kubernetesVersion }) => kubernetesVersion),
  agent: text(({ agentVersion }) => agentVersion),
};

/** The clusters that somebody asked for, in their order. */
export function arrange(
  clusters: readonly Cluster[],
  { filter = "", standing, environment, sort = "standing" }: Wanted,
): readonly Cluster[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = clusters.filter(
    (cluster) =>
      (standing === undefined || standingOf(cluster) === standing) &&
      (environment === undefined || cluster.environments.includes(environment)) &&
      words.every((word) => says(cluster, word)),
  );
  const compare = comparisons[sort.replace(/^-/, "")] ?? byName;
  const sorted = found.toSorted(compare);
  return sort.startsWith("-") ? sorted.toReversed() : sorted;
}

/** In its name, a label as `key=value`, a version or a state. */
function says({ name, labels, state, kubernetesVersion, agentVersion, environments }: Cluster, word: string): boolean {
  if (name.includes(word) || state.toLowerCase().includes(word)) return true;
  if (environments.some((environment) => environment.includes(word))) return true;
  for (const key in labels) if (`${key}=${labels[key]}`.toLowerCase().includes(word)) return true;
  return kubernetesVersion?.includes(word) === true || agentVersion?.includes(word) === true;
}
