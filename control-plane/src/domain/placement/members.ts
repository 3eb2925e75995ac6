import { type ClusterId, matchesSelector } from "@drover/kit";
import type { Cluster, Environment, Pin, Project } from "@drover/proto/fleet";
import { maxAssignmentsPerCluster } from "@drover/proto/wire";
import type { Problem } from "../release/release.ts";
import { isPlaced } from "./intent.ts";

/** A cluster of the fleet repository. */
export interface FleetCluster {
  readonly id: ClusterId;
  readonly name: string;
  readonly form: Cluster;
}

/** An environment of the fleet repository and its pin of the application, if any. */
export interface PlacingEnvironment {
  readonly name: string;
  readonly form: Environment;
  readonly pin: Pin | undefined;
}

/** A cluster where nothing is done for now, and why. */
export interface ClusterHold {
  readonly clusterId: ClusterId;
  readonly cluster: string;
  readonly problem: Problem;
}

export interface Membership {
  readonly members: readonly FleetCluster[];
  readonly held: readonly ClusterHold[];
  /** Environments that place the application on a cluster of this one too. */
  readonly rivals: readonly string[];
}

interface Question {
  readonly application: string;
  readonly project: Project | undefined;
  readonly environment: PlacingEnvironment;
  readonly others: readonly PlacingEnvironment[];
  readonly clusters: readonly FleetCluster[];
  /** Enrolled clusters; others cannot be given anything yet. */
  readonly enrolled: ReadonlySet<ClusterId>;
  /** Applications other than this one that each cluster has. */
  readonly applicationsOn: (cluster: ClusterId) => number;
}

/** Which clusters are to have the application because of this environment. */
export function membersOf(question: Question): Membership {
  const { application, environment, clusters, enrolled } = question;
  const members: FleetCluster[] = [];
  const held: ClusterHold[] = [];
  const rivals = new Set<string>();
  for (const cluster of clusters) {
    if (!enrolled.has(cluster.id) || !places(application, environment, cluster)) continue;
    const others = question.others.filter((other) => places(application, other, cluster)).map(({ name }) => name);
    for (const other of others) rivals.add(other);
    const problem = holdOf(question, cluster, others);
    if (problem) held.push({ clusterId: cluster.id, cluster: cluster.name, problem });
    else members.push(cluster);
  }
  return { members, held, rivals: [...rivals].sort() };
}

const places = (application: string, { form, pin }: PlacingEnvironment, cluster: FleetCluster): boolean =>
  isPlaced(application, form, pin, cluster.name) && matchesSelector(form.clusterSelector, cluster.form.labels ?? {});

function holdOf(
  { application, project, environment, applicationsOn }: Question,
  cluster: FleetCluster,
  others: readonly string[],
): Problem | undefined {
  const place = `place ${application} on ${cluster.name}`;
  if (others.length > 0)
    return {
      code: "AMBIGUOUS_ENVIRONMENT",
      message: `${place}: environments ${[environment.name, ...others].toSorted().join(" and ")} both want it; let only one of them select the cluster`,
      details: { environments: [environment.name, ...others] },
    };
  if (applicationsOn(cluster.id) >= maxAssignmentsPerCluster)
    return {
      code: "TOO_MANY_APPLICATIONS",
      message: `${place}: it has ${maxAssignmentsPerCluster} applications already, which is the most; move some to another cluster`,
      details: { max: maxAssignmentsPerCluster },
    };
  const destinations = project?.destinations;
  if (
    destinations !== undefined &&
    !destinations.some(({ clusterSelector }) => matchesSelector(clusterSelector, cluster.form.labels ?? {}))
  )
    return {
      code: "PROJECT_FORBIDS_CLUSTER",
      message: `${place}: its project's destinations do not select this cluster; add it there or choose other clusters`,
    };
  return undefined;
}
