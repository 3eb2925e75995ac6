/** What the page asks for, by the first word of each query's key. */
export const allTopics = ["environments", "clusters", "placements", "rollouts", "why", "problems"] as const;
export type Topic = (typeof allTopics)[number];

const bySubject: Readonly<Record<string, readonly Topic[]>> = {
  rollouts: ["rollouts", "placements", "why"],
  clusters: ["clusters", "environments", "placements", "why"],
  sources: ["placements", "why"],
  promotions: [],
  rollbacks: [],
};

/** What an event's subject, like `rollouts/<id>`, may have changed. An unknown one may have changed anything. */
export const topicsOf = (subject: string): readonly Topic[] => bySubject[subject.split("/", 1)[0] ?? ""] ?? allTopics;
