import { type ClusterId, DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { WhyLink } from "@drover/proto/rest";
import { type ClusterFacts, explainCluster, explainIdleCluster } from "../../domain/explain/explain-cluster.ts";
import { explainAutoPromotion } from "../../domain/explain/explain-auto-promotion.ts";
import { explainPlace, type PlaceFacts } from "../../domain/explain/explain-place.ts";
import { explainRestrictions } from "../../domain/explain/explain-restrictions.ts";
import { explainRollout, type RolloutFacts } from "../../domain/explain/explain-rollout.ts";
import { type Link, type ListedLink, listLinks } from "../../domain/explain/link.ts";
import { explainPromotion, type PromotionFacts } from "../../domain/explain/explain-promotion.ts";
import { explainWave } from "../../domain/explain/explain-wave.ts";
import { isActive } from "../../domain/rollout/phase.ts";
import { restrictAt, type RestrictionFacts } from "../../domain/window/restrict.ts";
import { type Filed, noneOfThatName } from "../fleet/filed.ts";
import { type AutoPromotionDeps, loadAutoPromotion } from "../promotion/auto-promotion.ts";

/** What somebody asks about. */
export type WhySubject =
  | { readonly kind: "promotion"; readonly promotionId: string }
  /** `wave`: one of its waves, by name or index. */
  | { readonly kind: "rollout"; readonly rolloutId: string; readonly wave?: string | undefined }
  | { readonly kind: "application"; readonly application: string }
  | { readonly kind: "placement"; readonly application: string; readonly environment: string }
  /** Without an application: whatever is not well there. */
  | { readonly kind: "cluster"; readonly clusterId: ClusterId; readonly application?: string | undefined };

/** PostgreSQL implements this in adapters/pg. */
export interface ExplainStore {
  promotion(id: string): Promise<PromotionFacts | undefined>;
  rollout(id: string): Promise<RolloutFacts | undefined>;
  /** How many clusters each wave had that has started, by its index. */
  waveSizes(rolloutId: string): Promise<Readonly<Record<number, number>>>;
  /** Bounded, as the next one is. */
  environmentsOf(application: string): Promise<readonly string[]>;
  applicationsOn(clusterId: ClusterId): Promise<readonly string[]>;
  filed(kind: "Application" | "Environment", name: string): Promise<Filed>;
  place(application: string, environment: string): Promise<PlaceFacts>;
  cluster(clusterId: ClusterId, application: string): Promise<ClusterFacts | undefined>;
}

export interface ExplainDeps {
  readonly store: ExplainStore;
  /** What people laid over the plans of a place. */
  readonly restrictions: (application: string, environment: string) => Promise<Omit<RestrictionFacts, "clusters">>;
  readonly promotion: AutoPromotionDeps;
  readonly clock: { now(): Instant };
}

/** `why`: the chain of what holds, with numbers, the next time it may change by itself, and what a person can do. */
export const createExplain =
  (deps: ExplainDeps) =>
  async (subject: WhySubject, signal: AbortSignal): Promise<readonly WhyLink[]> => {
    signal.throwIfAborted();
    return listLinks(await chainOf(deps, subject, deps.clock.now())).map(shown);
  };

async function chainOf(deps: ExplainDeps, subject: WhySubject, now: Instant): Promise<readonly Link[]> {
  const { store } = deps;
  switch (subject.kind) {
    case "promotion": {
      const facts = await store.promotion(subject.promotionId);
      if (facts === undefined)
        throw new DroverError("not-found", "PROMOTION_NOT_FOUND", `explain promotion ${subject.promotionId}: there is none`);
      const [rollout] = facts.rollouts;
      return [...(rollout ? await restrictionsOf(deps, rollout, now) : []), ...explainPromotion(facts, now)];
    }
    case "rollout": {
      const facts = await store.rollout(subject.rolloutId);
      if (facts === undefined)
        throw new DroverError("not-found", "ROLLOUT_NOT_FOUND", `explain rollout ${subject.rolloutId}: there is none`);
      const { wave } = subject;
      const links = wave === undefined ? explainRollout(facts, now) : explainWave(facts, wave, await store.waveSizes(facts.id), now);
      return [...(await restrictionsOf(deps, facts, now)), ...links];
    }
    case "application":
      return applicationChain(deps, subject.application, now);
    case "placement":
      return placeChain(deps, await placeAsked(deps, subject.application, subject.environment), now);
    case "cluster":
      return subject.application === undefined
        ? wholeClusterChain(deps, subject.clusterId, now)
        : clusterChain(deps, await applicationAsked(deps, subject.clusterId, subject.application), now);
  }
}

/** What something is left of has more to say than that its file is gone. */
async function applicationAsked(deps: ExplainDeps, clusterId: ClusterId, application: string): Promise<ClusterFacts> {
  const facts = await loadCluster(deps, clusterId, application);
  if (facts.assignment === undefined && facts.rollout === undefined) await requireFiled(deps, "Application", application);
  return facts;
}

async function loadCluster({ store }: ExplainDeps, clusterId: ClusterId, application: string): Promise<ClusterFacts> {
  const facts = await store.cluster(clusterId, application);
  if (facts === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `explain cluster ${clusterId}: there is none`);
  return facts;
}

async function clusterChain(deps: ExplainDeps, facts: ClusterFacts, now: Instant): Promise<readonly Link[]> {
  return [...(facts.rollout ? await restrictionsOf(deps, facts.rollout, now) : []), ...explainCluster(facts, now)];
}

/** Every application that is not as it should be, below a line for each that is; what holds several is said once. */
async function wholeClusterChain(deps: ExplainDeps, clusterId: ClusterId, now: Instant): Promise<readonly Link[]> {
  const applications = await deps.store.applicationsOn(clusterId);
  const chains = [];
  for (const application of applications) chains.push(await clusterChain(deps, await loadCluster(deps, clusterId, application), now));
  return chains.length === 0 ? explainIdleCluster(await loadCluster(deps, clusterId, ""), now) : saidOnce(chains.flat());
}

async function applicationChain(deps: ExplainDeps, application: string, now: Instant): Promise<readonly Link[]> {
  const environments = await deps.store.environmentsOf(application);
  const chains = [];
  for (const environment of environments) chains.push(await placeChain(deps, await deps.store.place(application, environment), now));
  if (chains.length > 0) return saidOnce(chains.flat());
  await requireFiled(deps, "Application", application);
  return [
    {
      kind: "NotPlaced",
      subject: `applications/${application}`,
      message: `no environment asks for ${application}`,
      numbers: {},
      action: `drover promote ${application} --to ENVIRONMENT --revision REVISION`,
    },
  ];
}

/** Throws `not-found` APPLICATION_NOT_FOUND, ENVIRONMENT_NOT_FOUND. */
async function requireFiled({ store }: ExplainDeps, kind: "Application" | "Environment", name: string): Promise<void> {
  const filed = await store.filed(kind, name);
  if (filed.kind === "none") throw noneOfThatName("explain", kind, name, filed.nearest);
}

const saidOnce = (links: readonly Link[]): readonly Link[] => [
  ...new Map(links.map((link) => [`${link.kind} ${link.subject} ${link.message}`, link])).values(),
];

async function placeAsked(deps: ExplainDeps, application: string, environment: string): Promise<PlaceFacts> {
  const place = await deps.store.place(application, environment);
  if (isKnown(place)) return place;
  await requireFiled(deps, "Application", application);
  await requireFiled(deps, "Environment", environment);
  return place;
}

/** What something is left of has more to say than that a file of it is gone. */
const isKnown = ({ known, pinned, hasExceptions, rollouts, removal }: PlaceFacts): boolean =>
  (known.application && known.environment) || pinned !== undefined || hasExceptions || rollouts.length > 0 || removal !== undefined;

async function placeChain(deps: ExplainDeps, place: PlaceFacts, now: Instant): Promise<readonly Link[]> {
  const { application, environment } = place;
  const [facts, { plan }] = await Promise.all([
    deps.restrictions(application, environment),
    loadAutoPromotion(deps.promotion, application, environment, now),
  ]);
  const { restrictions } = restrictAt({ ...facts, clusters: [] }, now);
  // A rollout that is open says itself that it is stopped.
  const shownHere = place.rollouts.some(({ phase }) => isActive(phase)) ? { ...restrictions, stopped: undefined } : restrictions;
  return [...explainRestrictions(shownHere), ...explainAutoPromotion(application, environment, plan), ...explainPlace(place, now)];
}

/** Of a rollout that can still be held. */
async function restrictionsOf(
  deps: ExplainDeps,
  { application, environment, phase }: RolloutFacts,
  now: Instant,
): Promise<readonly Link[]> {
  if (!isActive(phase)) return [];
  const { restrictions } = restrictAt({ ...(await deps.restrictions(application, environment)), clusters: [] }, now);
  // The rollout's own hold says that it is stopped.
  return explainRestrictions({ ...restrictions, stopped: undefined });
}

const shown = ({ kind, subject, message, numbers, next, action, parent }: ListedLink): WhyLink => ({
  kind,
  subject,
  message,
  numbers: { ...numbers },
  ...(next === undefined ? {} : { next: rfc3339(next) }),
  ...(action === undefined ? {} : { action }),
  ...(parent === undefined ? {} : { parent }),
});
