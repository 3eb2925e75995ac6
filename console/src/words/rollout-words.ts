import type { Reason, Rollout, TargetCounts, Wave } from "@drover/proto/rest";

/** Clusters that left no longer count. */
export const sizeOf = (targets: TargetCounts): number => Object.values(targets).reduce((sum, count) => sum + count, 0) - targets.Left;

export const doneOf = (targets: TargetCounts): number => targets.Succeeded + targets.Unchanged;

const ended: ReadonlySet<Rollout["phase"]> = new Set(["Completed", "RolledBack", "Superseded", "Aborted"]);

/** The counts that are not zero, as one reads them. What waits in a rollout that has ended is not given its release any more. */
export function countsInWords(targets: TargetCounts, phase: Rollout["phase"]): string {
  const size = sizeOf(targets);
  if (size === 0) return "no clusters yet";
  const others = [
    [targets.InFlight, "under way"],
    [targets.Failed, "failed"],
    [targets.Offline, "offline"],
    [targets.Waiting, ended.has(phase) ? "never given" : "waiting"],
  ] as const;
  return [`${doneOf(targets)} of ${size} done`, ...others.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))].join(", ");
}

/** Clusters belong to a wave once it begins. Empty waves are shown while there are clusters that may still join them. */
export function wavesToShow({ waves, targets }: Pick<Rollout, "waves" | "targets">): readonly Wave[] {
  const placed = waves.reduce((sum, wave) => sum + sizeOf(wave.targets), 0);
  return placed < sizeOf(targets) ? waves : waves.filter((wave) => sizeOf(wave.targets) > 0);
}

/** The server tells times in UTC, to the millisecond; people read theirs. */
export const inLocalTime = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) => new Date(time).toLocaleString());

/** What holds, in the server's words where it has some: `EarlierWave` alone reads as "earlier wave". */
export const holdInWords = ({ kind, message }: Reason): string => inLocalTime(message ?? spelledOut(kind));

const spelledOut = (kind: string): string =>
  kind
    .replaceAll("-", " ")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
