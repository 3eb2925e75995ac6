import type { DriftEpisode } from "@drover/proto/rest";

export interface DriftDay {
  /** Midnight in UTC. */
  readonly day: string;
  readonly episodes: number;
}

const dayMs = 86_400_000;

/** How many episodes began on each of the last days, oldest first. */
export function driftDays(episodes: readonly Pick<DriftEpisode, "startedAt">[], now: number, days = 30): readonly DriftDay[] {
  const today = Math.floor(now / dayMs);
  const counts = new Map<number, number>();
  for (const { startedAt } of episodes) {
    const day = Math.floor(Date.parse(startedAt) / dayMs);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return Array.from({ length: days }, (_, index) => {
    const day = today - days + 1 + index;
    return { day: new Date(day * dayMs).toISOString().slice(0, 10), episodes: counts.get(day) ?? 0 };
  });
}
