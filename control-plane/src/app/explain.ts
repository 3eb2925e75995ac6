import { type ClusterId, DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { WhyLink } from "@drover/proto/rest";
import { type ClusterFacts, explainCluster } from "../domain/explain/explain-cluster.ts";
import { explainPlace, type PlaceFacts } from "../domain/explain/explain-place.ts";
import { explainRollout, type RolloutFacts } from "../domain/explain/explain-rollout.ts";
import type { Link } from "../domain/explain/link.ts";

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

/** `why`: the chain of what holds, with numbers, the next time it may change by itself, and what a person can do. */
export const createExplain =
  ({ store, clock }: { readonly store: ExplainStore; readonly clock: { now(): Instant } }) =>
  async (subject: WhySubject, signal: AbortSignal): Promise<readonly WhyLink[]> => {
    signal.throwIfAborted();
    return (await chainOf(store, subject, clock.now())).map(shown);
  };

async function chainOf(store: ExplainStore, subject: WhySubject, now: Instant): Promise<readonly Link[]> {
  switch (subject.kind) {
    case "rollout": {
      const facts = await store.rollout(subject.rolloutId);
      if (facts === undefined)
        throw new DroverError("not-found", "ROLLOUT_NOT_FOUND", `explain rollout ${subject.rolloutId}: there is none`);
      return explainRollout(facts, now);
    }
    case "placement":
      return explainPlace(await store.place(subject.application, subject.environment), now);
    case "cluster": {
      const facts = await store.cluster(subject.clusterId, subject.application);
      if (facts === undefined)
        throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `explain cluster ${subject.clusterId}: there is none`);
      return explainCluster(facts, now);
    }
  }
}

const shown = ({ kind, subject, message, numbers, next, action }: Link): WhyLink => ({
  kind,
  subject,
  message,
  numbers: { ...numbers },
  ...(next === undefined ? {} : { next: rfc3339(next) }),
  ...(action === undefined ? {} : { action }),
});
