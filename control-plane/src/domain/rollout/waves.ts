import { matchesSelector } from "@drover/kit";
import type { Judgement } from "./judge.ts";
import type { Wave } from "./strategy.ts";

/**
 * The members of each wave, by name. The first wave that matches wins; a dispatched cluster stays in the wave it was dispatched in, and takes
 * one of its places. Clusters that left or had the content before are in none.
 */
export function membersOfWaves(waves: readonly Wave[], judged: readonly Judgement[]): readonly (readonly Judgement[])[] {
  const members = waves.map((): Judgement[] => []);
  const taking = judged.filter(({ state }) => state !== "left" && state !== "unchanged").toSorted(byName);
  const isFixed = ({ target, state }: Judgement): boolean => target.wave !== undefined && state !== "waiting";
  for (const judgement of taking.filter(isFixed)) members[judgement.target.wave ?? 0]?.push(judgement);
  for (const judgement of taking) {
    if (isFixed(judgement)) continue;
    const index = waves.findIndex(
      (wave, at) => hasPlace(wave, members[at] ?? []) && matchesSelector(wave.clusterSelector, judgement.target.labels),
    );
    members[index === -1 ? waves.length - 1 : index]?.push(judgement);
  }
  return members.map((wave) => wave.toSorted(byName));
}

const hasPlace = ({ count }: Wave, members: readonly Judgement[]): boolean => count === undefined || members.length < count;

const byName = (a: Judgement, b: Judgement): number => (a.target.name < b.target.name ? -1 : 1);
