import type { Cluster } from "@drover/proto/rest";
import { compareKeys, naturalKey } from "../words/natural-key.ts";
import { standingOf, standings } from "../words/standing.ts";

export interface Wanted {
  readonly filter?: string | undefined;
  readonly standing?: string | undefined;
  readonly environment?: string | undefined;
}

/** What a column sorts by, as text that compares plainly. */
const sortKeys: Readonly<Record<string, (cluster: Cluster) => string>> = {
  name: () => "",
  standing: (cluster) => String(standings.indexOf(standingOf(cluster))).padStart(2, "0"),
  environments: ({ environments }) => environments.join(),
  seen: ({ lastSeenAt }) => lastSeenAt ?? "",
  kubernetes: ({ kubernetesVersion }) => naturalKey(kubernetesVersion ?? ""),
  agent: ({ agentVersion }) => naturalKey(agentVersion ?? ""),
};

/** All of them by a column, names deciding between equals. Once for each list, as it takes longest. */
export function sortClusters(clusters: readonly Cluster[], sort = "standing"): readonly Cluster[] {
  const of = sortKeys[sort.replace(/^-/, "")] ?? (() => "");
  const keyed = clusters.map((cluster) => ({ cluster, key: of(cluster), name: naturalKey(cluster.name) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.name, b.name));
  if (sort.startsWith("-")) keyed.reverse();
  return keyed.map(({ cluster }) => cluster);
}

/** Those that somebody asked for, in the order that they are in. */
export function filterClusters(clusters: readonly Cluster[], { filter = "", standing, environment }: Wanted): readonly Cluster[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return clusters.filter(
    (cluster) =>
      (!standing || standingOf(cluster) === standing) &&
      (!environment || cluster.environments.includes(environment)) &&
      words.every((word) => says(cluster, word)),
  );
}

/** In its name, a label as `key=value`, a version or a state. */
function says({ name, labels, state, kubernetesVersion, agentVersion, environments }: Cluster, word: string): boolean {
  if (name.includes(word) || state.toLowerCase().includes(word)) return true;
  if (environments.some((environment) => environment.includes(word))) return true;
  for (const key in labels) if (`${key}=${labels[key]}`.toLowerCase().includes(word)) return true;
  return kubernetesVersion?.includes(word) === true || agentVersion?.includes(word) === true;
}
