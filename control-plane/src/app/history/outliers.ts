import type { ClusterId, Instant } from "@drover/kit";
import type { ContentGroup, Outlier } from "@drover/proto/rest";
import { groupByContent } from "../../domain/history/content-groups.ts";
import { explainOutlier, type Peer } from "../../domain/history/explain-outlier.ts";
import type { Page, PageRequest } from "../page.ts";
import type { PlaceName } from "../placement/placement-store.ts";

export interface PlacePeers {
  /** What git asks for at present. */
  readonly revision: string | undefined;
  readonly peers: readonly (Peer & { readonly clusterId: ClusterId })[];
}

/** PostgreSQL implements this in adapters/pg. */
export interface PeerStore {
  load(place: PlaceName): Promise<PlacePeers>;
}

export interface OutlierPage extends Page<Outlier> {
  readonly clusters: number;
  readonly groups: readonly ContentGroup[];
  readonly moreGroups: number;
}

export type LoadOutliers = (place: PlaceName, page: PageRequest) => Promise<OutlierPage>;

interface OutlierDeps {
  readonly store: PeerStore;
  readonly clock: { now(): Instant };
}

/** Where every cluster has values of its own there are as many groups as clusters. */
const maxGroups = 100;

/** The clusters of a place that run something else than most, by name. */
export const createOutliers =
  ({ store, clock }: OutlierDeps): LoadOutliers =>
  async (place, { size, after }) => {
    const { peers: all, revision } = await store.load(place);
    const groups = groupByContent(all, revision);
    const majority = groups[0]?.peers[0];
    const now = clock.now();
    const others = groups
      .slice(1)
      .flatMap(({ peers }) => peers)
      .filter(({ cluster }) => after === undefined || cluster > String(after[0]))
      .toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1));
    const shown = majority === undefined ? [] : others.slice(0, size);
    return {
      clusters: all.length,
      groups: groups
        .slice(0, maxGroups)
        .map(({ peers, ...content }, index) => ({ ...content, clusters: peers.length, majority: index === 0 })),
      moreGroups: Math.max(0, groups.length - maxGroups),
      items: shown.map((peer) => ({
        cluster: peer.cluster,
        clusterId: peer.clusterId,
        ...peer.has,
        because: majority === undefined ? [] : [...explainOutlier(peer, majority, now)],
      })),
      next: others.length > shown.length ? [shown.at(-1)?.cluster ?? ""] : undefined,
    };
  };
