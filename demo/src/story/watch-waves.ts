import { setTimeout as sleep } from "node:timers/promises";
import { type Wave, waves } from "../clusters/fleet-plan.ts";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { namespace, type WebVersion } from "../git/web-application.ts";
import { differences, observedKinds, shows } from "../observe.ts";
import { unmet } from "../wait-until.ts";
import type { World } from "../world.ts";
import { patienceMs } from "./clusters-run.ts";

const pauseMs = 100;

/**
 * Watches the clusters while a version travels over them, until all run it. Throws as soon as one shows the version while one of an
 * earlier wave does not run it in full yet, and when two waves were first seen in the same look: then their order was not observed.
 */
export async function watchWaves(
  { signal }: Pick<World, "signal">,
  clusters: readonly LiveCluster[],
  version: WebVersion,
): Promise<string> {
  const end = performance.now() + patienceMs;
  const firstSeen = new Map<Wave, number>();
  for (let look = 0; ; look += 1) {
    const states = await lookAtWaves(clusters, version);
    assertInOrder(states, version);
    for (const { wave, state } of states) if (state !== "untouched" && !firstSeen.has(wave)) firstSeen.set(wave, look);
    if (states.every(({ state }) => state === "complete")) return assertSeenApart(firstSeen);
    if (performance.now() > end) throw unmet(`all waves run ${version.name}`, inWords(states));
    await sleep(pauseMs, undefined, { signal });
  }
}

interface WaveState {
  readonly wave: Wave;
  readonly state: "untouched" | "under way" | "complete";
  readonly differences: readonly string[];
}

/** Later waves are asked first: what an earlier one is then found to be, it was no later than that. */
async function lookAtWaves(clusters: readonly LiveCluster[], version: WebVersion): Promise<readonly WaveState[]> {
  const states: WaveState[] = [];
  for (const wave of waves.toReversed()) {
    const members = clusters.filter(({ plan }) => plan.wave === wave);
    if (members.length > 0) states.unshift(await lookAtWave(wave, members, version));
  }
  return states;
}

async function lookAtWave(wave: Wave, members: readonly LiveCluster[], version: WebVersion): Promise<WaveState> {
  const looks = await Promise.all(
    members.map(async ({ plan, list }) => {
      const objects = await list(namespace, observedKinds);
      const wrong = differences(objects, version, plan.environment).map((difference) => `${plan.name}: ${difference}`);
      return { wrong, isTouched: shows(objects, version) };
    }),
  );
  const wrong = looks.flatMap((look) => look.wrong);
  const state = wrong.length === 0 ? "complete" : looks.some(({ isTouched }) => isTouched) ? "under way" : "untouched";
  return { wave, state, differences: wrong };
}

function assertInOrder(states: readonly WaveState[], version: WebVersion): void {
  const first = states.findIndex(({ state }) => state !== "complete");
  const tooEarly = states.slice(first + 1).find(({ state }) => first >= 0 && state !== "untouched");
  if (tooEarly !== undefined) throw unmet(`wave ${tooEarly.wave} waits for the waves before it to run ${version.name}`, inWords(states));
}

function assertSeenApart(firstSeen: ReadonlyMap<Wave, number>): string {
  const order = [...firstSeen].toSorted(([, a], [, b]) => a - b);
  const together = order.find(([, look], index) => index > 0 && look === order[index - 1]?.[1]);
  if (together !== undefined)
    throw unmet(`the waves begin one after the other`, `wave ${together[0]} began at once with the one before it`);
  return order.map(([wave]) => wave).join(" → ");
}

const inWords = (states: readonly WaveState[]): string =>
  states.map(({ wave, state, differences: wrong }) => `${wave} ${state}${wrong.length > 0 ? ` (${wrong.join(", ")})` : ""}`).join("; ");
