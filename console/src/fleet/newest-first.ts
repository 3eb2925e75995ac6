import type { VersionCount } from "@drover/proto/rest";

const shown = 5;

/** How many clusters have which version; the rest, when there are many versions, as one line. */
export function newestFirst(versions: readonly VersionCount[]): readonly VersionCount[] {
  const sorted = versions.toSorted((a, b) => b.version.localeCompare(a.version, undefined, { numeric: true }));
  if (sorted.length <= shown) return sorted;
  const rest = sorted.slice(shown - 1);
  return [
    ...sorted.slice(0, shown - 1),
    { version: `${rest.length} others`, clusters: rest.reduce((sum, { clusters }) => sum + clusters, 0) },
  ];
}
