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
export type Topic = (typeof allTopics)[number];

const bySubject: Readonly<Record<string, readonly Topic[]>> = {
  rollouts: ["summary", "rollouts", "rollout", "gates", "placements", "why", "events"],
  clusters: ["summary", "clusters", "cluster", "environments", "placements", "rollout", "drift", "why", "live", "events"],
  sources: ["placements", "releases", "why", "events"],
  applications: ["summary", "applications", "placements", "releases", "quarantines", "why", "events"],
  promotions: ["promotions", "events"],
  rollbacks: ["promotions", "events"],
};

/** What an event's subject, like `rollouts/<id>`, may have changed. An unknown one may have changed anything. */
export const topicsOf = (subject: string): readonly Topic[] => bySubject[subject.split("/", 1)[0] ?? ""] ?? allTopics;
