import type { Scenario } from "./scenario.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** Simpler scenarios to try, the ones that take away most first. */
function* simpler({ scenario, disturbances, violation }: Outcome): Generator<Scenario> {
  if (violation !== undefined && violation.step < scenario.steps) yield { ...scenario, steps: violation.step };
  for (const share of ["lost", "repeated", "delayed", "databaseTrouble"] as const)
    if (scenario[share] > 0) yield { ...scenario, [share]: 0 };
  if (scenario.replicas > 1) yield { ...scenario, replicas: 1 };
  if (scenario.environments > 1) yield { ...scenario, environments: 1 };
  if (scenario.applications > 1) yield { ...scenario, applications: 1 };
  for (const clusters of new Set([Math.ceil(scenario.clusters / 2), scenario.clusters - 1]))
    if (clusters >= 1 && clusters < scenario.clusters) yield { ...scenario, clusters };
  const heard = Array.from({ length: disturbances }, (_, number) => number).filter((number) => !scenario.muted.has(number));
  for (let size = heard.length; size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < heard.length; at += size)
      yield { ...scenario, muted: new Set([...scenario.muted, ...heard.slice(at, at + size)]) };
}

/** Takes away whatever the violation does not need: steps, faults, clusters, disturbances. Stops when nothing can go, or time is up. */
export async function shrink(failed: Outcome, withinMs: number): Promise<Outcome> {
  const until = performance.now() + withinMs;
  let smallest = failed;
  for (let found = true; found;) {
    found = false;
    for (const scenario of simpler(smallest)) {
      if (performance.now() > until) return smallest;
      const outcome = await simulate(scenario);
      if (outcome.violation?.invariant !== failed.violation?.invariant) continue;
      smallest = outcome;
      found = true;
      break;
    }
  }
  return smallest;
}
