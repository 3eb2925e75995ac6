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
  const stopped = [
    ...(rollouts.Halted > 0 ? [`${rollouts.Halted} halted`] : []),
    ...(rollouts.Paused > 0 ? [`${rollouts.Paused} paused`] : []),
  ];
  const unwell = health.Degraded + health.Missing;
  const placed = Object.values(health).reduce((sum, count) => sum + count, 0);
  return [
    { label: "Clusters", number: total, about: also(`${states.Connected.toLocaleString()} connected`, maintenance, "paused") },
    { label: "Healthy", number: health.Healthy, about: `of ${counted(placed, "assignment")}`, word: "Healthy", meaning: assignments },
    {
      label: "Degraded",
      number: unwell,
      about: nounFor(unwell, "assignment"),
      word: "Degraded",
      standing: "Degraded",
      meaning: assignments,
    },
    {
      label: "Offline",
      number: states.Offline,
      about: also(nounFor(states.Offline, "cluster"), states.Stale, "more stale"),
      word: "Offline",
      standing: "Offline",
    },
    { label: "Drifted", number: drifted, about: `${nounFor(drifted, "cluster")}, ${counted(driftedObjects, "object")}`, word: "Drifted" },
    {
      label: "Rolling out",
      number: open,
      about: stopped.length > 0 ? stopped.join(", ") : "none halted",
      word: rollouts.Halted > 0 ? "Halted" : rollouts.Paused > 0 ? "Paused" : "Running",
    },
  ];
}

const nounFor = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`);
const counted = (count: number, noun: string): string => `${count.toLocaleString()} ${nounFor(count, noun)}`;
const also = (text: string, count: number, word: string): string => (count === 0 ? text : `${text}, ${count.toLocaleString()} ${word}`);
