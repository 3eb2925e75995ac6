import { plural } from "@drover/kit";
import type { RolloutPreview } from "@drover/proto/rest";

const words = {
  Dispatch: "at once",
  Wait: "waiting for their turn",
  AtOnce: "at once, without a rollout",
  Join: "with the rollout under way",
  Unchanged: "unchanged",
  Leave: "left as they are",
  Held: "held",
  NotEnrolled: "not enrolled",
} as const;

/** The plan in one sentence: how many clusters get it when, and how many do not. */
export function effectsInWords({ clusters, rollouts }: Pick<RolloutPreview, "clusters" | "rollouts">): string {
  if (clusters.length === 0) return "No cluster belongs to this environment.";
  const counted = Object.entries(words).flatMap(([effect, word]) => {
    const count = clusters.filter((one) => one.effect === effect).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const lead = rollouts.length === 0 ? "No rollout would begin" : `${plural(clusters.length, "cluster")}`;
  return `${lead}: ${counted.join(", ")}.`;
}
