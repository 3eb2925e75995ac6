import { type ClusterId, DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { WhyLink } from "@drover/proto/rest";
import { type ClusterFacts, explainCluster } from "../domain/explain/explain-cluster.ts";
import { explainAutoPromotion } from "../domain/explain/explain-auto-promotion.ts";
import { explainPlace, type PlaceFacts } from "../domain/explain/explain-place.ts";
import { explainRestrictions } from "../domain/explain/explain-restrictions.ts";
import { explainRollout, type RolloutFacts } from "../domain/explain/explain-rollout.ts";
import type { Link } from "../domain/explain/link.ts";
import { isActive } from "../domain/rollout/phase.ts";
import { restrictAt, type RestrictionFacts } from "../domain/window/restrict.ts";
import { type AutoPromotionDeps, loadAutoPromotion } from "./auto-promotion.ts";

/** What somebody asks about. */
export type WhySubject =
  | { readonly kind: "rollout"; readonly rolloutId: string }
  | { readonly kind: "placement"; readonly application: string; readonly environment: string }
  | { readonly kind: "cluster"; readonly clusterId: ClusterId; readonly application: string };

/** PostgreSQL implements this in adapters/pg. */
export interface ExplainStore {
  rollout(id: string): Promise<RolloutFacts | undefined>;
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
    return (await chainOf(deps, subject, deps.clock.now())).map(shown);
  };

async function chainOf(deps: ExplainDeps, subject: WhySubject, now: Instant): Promise<readonly Link[]> {
  const { store } = deps;
  switch (subject.kind) {
    case "rollout": {
      const facts = await store.rollout(subject.rolloutId);
      if (facts === undefined)
        throw new DroverError("not-found", "ROLLOUT_NOT_FOUND", `explain rollout ${subject.rolloutId}: there is none`);
      return [...(await restrictionsOf(deps, facts, now)), ...explainRollout(facts, now)];
    }
    case "placement":
      return placeChain(deps, subject.application, subject.environment, now);
    case "cluster": {
      const facts = await store.cluster(subject.clusterId, subject.application);
      if (facts === undefined)
        throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `explain cluster ${subject.clusterId}: there is none`);
      return [...(facts.rollout ? await restrictionsOf(deps, facts.rollout, now) : []), ...explainCluster(facts, now)];
    }
  }
}

async function placeChain(deps: ExplainDeps, application: string, environment: string, now: Instant): Promise<readonly Link[]> {
  const [place, facts, { plan }] = await Promise.all([
    deps.store.place(application, environment),
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

const shown = ({ kind, subject, message, numbers, next, action }: Link): WhyLink => ({
  kind,
  subject,
  message,
  numbers: { ...numbers },
  ...(next === undefined ? {} : { next: rfc3339(next) }),
  ...(action === undefined ? {} : { action }),
});
