import type { Heard } from "./live.ts";

/** What the console asks for, by the first word of each query's key. */
export const allTopics = [
  "summary",
  "environments",
  "applications",
  "clusters",
  "cluster",
  "placements",
  "releases",
  "rollouts",
  "rollout",
  "gates",
  "why",
  "drift",
  "history",
  "promotions",
  "quarantines",
  "restrictions",
  "live",
  "problems",
  "events",
  "audit",
] as const;
type Topic = (typeof allTopics)[number];

/** A topic, or one cluster of those that the list of clusters holds: reading all of them anew for one would be much. */
export type Stale = Topic | `clusters/${string}`;

const bySubject: Readonly<Record<string, readonly Topic[]>> = {
  rollouts: ["summary", "rollouts", "rollout", "promotions", "gates", "placements", "why", "events"],
  clusters: ["summary", "cluster", "environments", "placements", "rollout", "drift", "why", "live", "events"],
  sources: ["placements", "releases", "why", "events"],
  applications: ["summary", "applications", "placements", "releases", "quarantines", "why", "events"],
  promotions: ["promotions", "events"],
  rollbacks: ["promotions", "events"],
  audit: ["audit", "events"],
  tokens: ["events"],
  deliveries: ["events"],
};

/** What an event, whose subject is like `rollouts/<id>`, may have changed. An unknown one may have changed anything. */
export function staleBy({ subject, body }: Pick<Heard, "subject" | "body">): readonly Stale[] {
  const [collection = "", id = ""] = subject.split("/", 2);
  const topics = bySubject[collection];
  if (topics === undefined) return allTopics;
  const cluster = collection === "clusters" ? id : body["clusterId"];
  return typeof cluster === "string" && cluster !== "" ? [...topics, `clusters/${cluster}`] : topics;
}
