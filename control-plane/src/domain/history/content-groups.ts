/** What a cluster runs, as far as it can be told from outside. */
export interface RunningContent {
  readonly revision: string;
  readonly release: string;
  readonly bundle: string;
}

export interface ContentGroup<Peer> extends RunningContent {
  readonly peers: readonly Peer[];
}

/**
 * The peers by what they run, the majority first. That is the revision that most run and, of its bundles, the one that most run: where
 * every cluster has values of its own, the revision is still what makes them peers. Of equally many, the revision that is `wanted` wins.
 */
export function groupByContent<Peer extends { readonly has: RunningContent }>(
  peers: readonly Peer[],
  wanted: string | undefined,
): readonly ContentGroup<Peer>[] {
  const groups = [...Map.groupBy(peers, ({ has }) => `${has.revision} ${has.bundle}`).values()].flatMap((members) =>
    members[0] === undefined ? [] : [{ ...contentOf(members[0]), peers: members }],
  );
  const ofRevision = new Map<string, number>();
  for (const { revision, peers: members } of groups) ofRevision.set(revision, (ofRevision.get(revision) ?? 0) + members.length);
  const preference = ({ revision }: RunningContent): number => (revision === wanted ? 1 : 0);
  const [majority] = groups.toSorted(
    (a, b) =>
      (ofRevision.get(b.revision) ?? 0) - (ofRevision.get(a.revision) ?? 0) ||
      preference(b) - preference(a) ||
      compareText(a.revision, b.revision) ||
      bySize(a, b),
  );
  return majority === undefined ? [] : [majority, ...groups.filter((group) => group !== majority).toSorted(bySize)];
}

const contentOf = ({ has: { revision, release, bundle } }: { readonly has: RunningContent }): RunningContent => ({
  revision,
  release,
  bundle,
});

const bySize = (a: ContentGroup<unknown>, b: ContentGroup<unknown>): number =>
  b.peers.length - a.peers.length || compareText(a.bundle, b.bundle);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
