import { matchesSelector } from "@drover/kit";
import type { Judgement } from "./judge.ts";
import { type Amount, amountOf, type RolloutStrategy, type Wave } from "./strategy.ts";

/**
 * The members of each wave, in the order in which they are dispatched. The first wave that matches wins; a dispatched cluster stays in the
 * wave it was dispatched in, and takes one of its places. Clusters that left, were skipped or had the content before are in none.
 *
 * `sizes` are those of the waves that have started: a share is of the wave as it was then.
 */
export function membersOfWaves(
  { waves, order }: Pick<RolloutStrategy, "waves" | "order">,
  judged: readonly Judgement[],
  sizes: Readonly<Record<number, number>>,
): readonly (readonly Judgement[])[] {
  const members = waves.map((): Judgement[] => []);
  const taking = judged.filter(({ state }) => !outside.has(state)).sort(byName);
  // What a rollback takes back is known before it is dispatched: the waves that brought it.
  const isFixed = ({ target, state }: Judgement): boolean =>
    target.wave !== undefined && (state !== "waiting" || target.retried || order === "reverse");
  let free: Judgement[] = [];
  for (const judgement of taking)
    if (isFixed(judgement)) members[Math.min(judgement.target.wave ?? 0, waves.length - 1)]?.push(judgement);
    else free.push(judgement);
  for (const [index, wave] of waves.entries()) {
    const inWave = members[index] ?? [];
    const matching = index === waves.length - 1 ? free : free.filter(({ target }) => matches(wave, target));
    const kept = inWave.length + skippedIn(judged, index);
    const places = wave.count === undefined ? matching.length : placesOf(wave.count, matching.length + kept, sizes[index]) - kept;
    const taken = inOrder(matching, wave.sortBy).slice(0, Math.max(0, places));
    if (taken.length === 0) continue;
    inWave.push(...taken);
    const gone = new Set(taken);
    free = free.filter((judgement) => !gone.has(judgement));
  }
  return members.map((inWave, index) => inOrder(inWave.sort(byName), waves[index]?.sortBy));
}

/** Clusters in these states are no members of any wave. */
const outside: ReadonlySet<Judgement["state"]> = new Set(["left", "unchanged", "skipped"]);

/** Whether a wave takes the cluster, as long as it has places. */
export const matches = ({ clusters, clusterSelector }: Wave, { name, labels }: Judgement["target"]): boolean =>
  (clusters === undefined || clusters.includes(name)) && matchesSelector(clusterSelector, labels);

/** Those that were skipped with their wave keep their places, or others would move up and be skipped too. */
const skippedIn = (judged: readonly Judgement[], index: number): number =>
  judged.reduce((sum, { state, target }) => (state === "skipped" && target.wave === index ? sum + 1 : sum), 0);

function placesOf(count: Amount, matching: number, started: number | undefined): number {
  return typeof count === "number" ? count : (started ?? Math.max(1, amountOf(count, matching)));
}

/** Sorted by name already; what has no such label comes last. */
function inOrder(clusters: readonly Judgement[], label: string | undefined): readonly Judgement[] {
  if (label === undefined) return clusters;
  const value = ({ target }: Judgement): string | undefined => (Object.hasOwn(target.labels, label) ? target.labels[label] : undefined);
  return clusters.toSorted((a, b) => compareValues(value(a), value(b)));
}

function compareValues(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}

const byName = (a: Judgement, b: Judgement): number => (a.target.name < b.target.name ? -1 : a.target.name > b.target.name ? 1 : 0);
