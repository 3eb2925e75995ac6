import type { FleetSummary } from "@drover/proto/rest";

export interface Figure {
  readonly label: string;
  readonly number: number;
  readonly about: string;
  /** What is counted, for whoever does not know the word. */
  readonly meaning?: string;
  /** The state that a number above zero stands for. */
  readonly word?: string;
  /** What the list of clusters is to show. */
  readonly standing?: string;
}

const assignments = "An assignment is one application on one cluster";

/** The handful of numbers that say whether anybody is needed. */
export function figuresOf({ clusters, health, driftedObjects, rollouts }: FleetSummary): readonly Figure[] {
  const { states, total, maintenance, drifted } = clusters;
  const open = Object.values(rollouts).reduce((sum, count) => sum + count, 0);
  const stopped = rollouts.Halted + rollouts.Paused;
  const placed = Object.values(health).reduce((sum, count) => sum + count, 0);
  return [
    { label: "Clusters", number: total, about: also(`${states.Connected.toLocaleString()} connected`, maintenance, "paused") },
    { label: "Healthy", number: health.Healthy, about: `of ${placed.toLocaleString()} assignments`, word: "Healthy", meaning: assignments },
    {
      label: "Degraded",
      number: health.Degraded + health.Missing,
      about: "assignments",
      word: "Degraded",
      standing: "Degraded",
      meaning: assignments,
    },
    { label: "Offline", number: states.Offline, about: also("clusters", states.Stale, "more stale"), word: "Offline", standing: "Offline" },
    { label: "Drifted", number: drifted, about: `clusters, ${driftedObjects.toLocaleString()} objects`, word: "Drifted" },
    {
      label: "Rolling out",
      number: open,
      about: stopped > 0 ? `${stopped} stopped` : "none stopped",
      word: stopped > 0 ? "Halted" : "Running",
    },
  ];
}

const also = (text: string, count: number, word: string): string => (count === 0 ? text : `${text}, ${count.toLocaleString()} ${word}`);
