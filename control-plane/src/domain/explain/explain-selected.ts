import { type Instant, plural } from "@drover/kit";
import type { ClusterHold } from "../placement/members.ts";
import { connectionOf, type Target } from "../rollout/target.ts";
import { actionFor, enrolAction, kindOfCode, type Link, sinceText } from "./link.ts";

/** What an environment's clusterSelector matches. */
export interface SelectedClusters {
  readonly enrolled: readonly Pick<Target, "name" | "lastSeen">[];
  readonly notEnrolled: readonly string[];
  readonly revoked: readonly string[];
}

interface Selection {
  readonly environment: string;
  readonly held: readonly ClusterHold[];
  readonly clusters: SelectedClusters;
  /** Clusters whose silence is told where they keep a rollout. */
  readonly told: ReadonlySet<string>;
}

const maxNamed = 3;

/** What there is to say of an environment's clusters, whatever is rolled out to them. */
export function explainSelected({ environment, held, clusters, told }: Selection, now: Instant): readonly Link[] {
  const { enrolled, notEnrolled, revoked } = clusters;
  const links: Link[] = held.slice(0, maxNamed).map(({ cluster, problem }) => ({
    kind: kindOfCode(problem.code),
    subject: `clusters/${cluster}`,
    message: problem.message,
    numbers: { cluster, code: problem.code },
    action: actionFor(problem.code),
  }));
  if (enrolled.length === 0 && revoked.length === 0) links.push(noClusters(environment, notEnrolled.length));
  if (notEnrolled.length > 0)
    links.push(without("NotEnrolled", notEnrolled, `${plural(notEnrolled.length, "cluster")} of ${environment} never enrolled`));
  if (revoked.length > 0) {
    const which = enrolled.length === 0 && notEnrolled.length === 0 ? "every cluster that it selects" : plural(revoked.length, "cluster");
    links.push(without("Revoked", revoked, `${environment}: ${which} was revoked, and no change reaches it until it is enrolled anew`));
  }
  const silent = enrolled.filter(({ name, lastSeen }) => !told.has(name) && connectionOf(lastSeen, now) !== "Connected");
  return [...links, ...silent.slice(0, maxNamed).map((cluster) => silentCluster(cluster, now))];
}

const noClusters = (environment: string, notEnrolled: number): Link => ({
  kind: "NoClusters",
  subject: `environments/${environment}`,
  message: `no enrolled cluster matches the clusterSelector of ${environment}`,
  numbers: { selected: 0, notEnrolled },
  action: "label a cluster, or add one with `drover cluster add NAME --label KEY=VALUE`",
});

function without(kind: "NotEnrolled" | "Revoked", names: readonly string[], what: string): Link {
  const [first = ""] = names;
  return {
    kind,
    subject: `clusters/${first}`,
    message: `${what}: ${names.slice(0, maxNamed).join(", ")}`,
    numbers: { [kind === "Revoked" ? "revoked" : "notEnrolled"]: names.length },
    action: enrolAction(first),
  };
}

/** One whose agent does not speak, and nobody knows why. */
export const silentCluster = ({ name, lastSeen }: Pick<Target, "name" | "lastSeen">, now: Instant): Link => ({
  kind: connectionOf(lastSeen, now) === "Stale" ? "Stale" : "Offline",
  subject: `clusters/${name}`,
  message: `cluster ${name} was last heard of at ${sinceText(lastSeen)}; it catches up when it returns`,
  numbers: { cluster: name, lastSeen: sinceText(lastSeen) },
  action: `look at the agent in cluster ${name}, or take it out with \`drover cluster revoke ${name} -m REASON\``,
});
