import type { PreviewRollback, RollbackPreview } from "@drover/proto/rest";
import type { PinDecision } from "../../domain/fleet/decide-promotion.ts";
import { type Finding, safetyReport } from "../../domain/rollback/safety-report.ts";
import { loadPlaceForms, type PlaceForms } from "../fleet/place-forms.ts";
import type { PlacementStore } from "../placement/placement-store.ts";
import { wishOf } from "../placement/placement-wish.ts";
import type { PreviewStore } from "../rollout/preview-rollout.ts";
import type { PromoteDeps } from "../promotion/promote.ts";
import type { Releases } from "../release/releases.ts";
import { decide } from "./rollback.ts";
import { type RollbackPlace, rollbackPlaces } from "./rollback-places.ts";

interface PreviewRollbackDeps extends PromoteDeps {
  readonly placements: Pick<PlacementStore, "load" | "loadHead">;
  readonly store: PreviewStore;
  /** Made anew for each preview, which changes nothing. */
  readonly newReleases: () => Releases;
}

type PlacePreview = RollbackPreview["places"][number];

const maxFindings = 200;
/** Clusters of one environment have few different bundles; where they have many, the most common tell. */
const maxBundles = 20;

/** What a rollback would do, and what it could not undo, judged by the objects that clusters really have. It refuses what the rollback would. */
export const createRollbackPreview =
  (deps: PreviewRollbackDeps) =>
  async (request: PreviewRollback, signal: AbortSignal): Promise<RollbackPreview> => {
    const places: PlacePreview[] = [];
    for (const place of await rollbackPlaces(deps, request)) places.push(await previewPlace(deps, place, request.expectedRevision, signal));
    return { places };
  };

async function previewPlace(
  deps: PreviewRollbackDeps,
  place: RollbackPlace,
  expectedRevision: string | undefined,
  signal: AbortSignal,
): Promise<PlacePreview> {
  const { application, environment, cluster } = place;
  const { decision } = await decide(deps, place, { reason: "", expectedRevision }, signal);
  const revision = revisionOf(decision);
  const snapshot = await deps.placements.load({ application, environment });
  const refused = await deps.quarantines.inForce(application);
  const forms = asIfBack(await loadPlaceForms(deps.fleet, application, environment), cluster, revision);
  const releases = deps.newReleases();
  const wish = await wishOf({ releases, placements: deps.placements }, snapshot, forms, refused, signal);
  const wanted = wish.desired.filter((desired) => cluster === undefined || desired.cluster === cluster);
  const { targets } = await deps.store.load(
    snapshot,
    wanted.map(({ clusterId }) => clusterId),
  );
  const current = new Map(targets.map(({ target, current: has }) => [target.clusterId, has]));
  const changing = wanted.flatMap(({ clusterId, content }) => {
    const has = current.get(clusterId);
    return has === undefined || has.contentDigest === content.digest ? [] : [{ from: has, to: content.bundle }];
  });
  const pairs = [...Map.groupBy(changing, ({ from, to }) => `${from.bundle} ${to}`).values()].toSorted((a, b) => b.length - a.length);
  const findings = await findingsOf(releases, pairs.slice(0, maxBundles));
  return {
    application,
    environment,
    ...(cluster === undefined ? {} : { cluster }),
    revision,
    from: [...new Set(changing.map(({ from }) => from.revision))],
    clusters: changing.length,
    findings: findings.slice(0, maxFindings),
    moreFindings: Math.max(0, findings.length - maxFindings),
  };
}

function revisionOf(decision: PinDecision): string {
  if (decision.kind === "unchanged") return decision.revision;
  return "revision" in decision.edit ? decision.edit.revision : "";
}

function asIfBack(forms: PlaceForms, cluster: string | undefined, revision: string): PlaceForms {
  if (forms.kind === "absent") return forms;
  const pin =
    cluster === undefined ? { ...forms.pin, revision } : { ...forms.pin, clusters: { ...forms.pin?.clusters, [cluster]: { revision } } };
  return { ...forms, pin };
}

type Changing = readonly {
  readonly from: { readonly bundle: Parameters<Releases["objects"]>[0] };
  readonly to: Parameters<Releases["objects"]>[0];
}[];

/** Equal findings of different bundles are one, with the clusters of all. */
async function findingsOf(releases: Releases, pairs: readonly Changing[]): Promise<PlacePreview["findings"]> {
  const found = new Map<string, Finding & { clusters: number }>();
  for (const pair of pairs) {
    const [first] = pair;
    if (first === undefined) continue;
    const [from, to] = await Promise.all([releases.objects(first.from.bundle), releases.objects(first.to)]);
    for (const finding of safetyReport(from, to)) {
      const key = `${finding.object} ${finding.why}`;
      const known = found.get(key) ?? { ...finding, clusters: 0 };
      known.clusters += pair.length;
      found.set(key, known);
    }
  }
  return [...found.values()].toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

const order: readonly Finding["severity"][] = ["Danger", "Warning", "Note"];
