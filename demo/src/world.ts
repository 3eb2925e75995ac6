import type { Client } from "@drover/proto/rest";
import type { ControlPlane } from "./control-plane.ts";
import type { Broker } from "./broker.ts";
import type { Checkout } from "./git/checkout.ts";
import type { LiveCluster } from "./clusters/live-cluster.ts";
import type { ClusterPlan } from "./clusters/fleet-plan.ts";

/** All that a story acts on and looks at. */
export interface World {
  readonly api: Client;
  readonly clusters: readonly LiveCluster[];
  /** Registers a cluster's agent with Drover and starts it. Answers the cluster's id. */
  enrol(cluster: LiveCluster): Promise<string>;
  readonly applicationRepository: Checkout;
  readonly fleetRepository: Checkout;
  /** How a person clones both, in the same words that `git clone` takes. */
  readonly gitHost: { readonly url: string; readonly credentialFile: string };
  readonly controlPlane: ControlPlane;
  readonly broker: Broker;
  /** Commits of the application's versions, as the story pushes them. */
  readonly commits: Map<string, string>;
  /** Ids of clusters by name, once they are enrolled. */
  readonly ids: Map<string, string>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export const clustersOf = ({ clusters }: World, environment: ClusterPlan["environment"]): readonly LiveCluster[] =>
  clusters.filter(({ plan }) => plan.environment === environment);

/** For messages. */
export const counted = (clusters: readonly LiveCluster[]): string => `${clusters.length} ${clusters.length === 1 ? "cluster" : "clusters"}`;
