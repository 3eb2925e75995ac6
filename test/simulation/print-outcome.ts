import type { Outcome } from "./simulate.ts";
import { simulate } from "./simulate.ts";

/** The scenario in the words of its options, for a person to see what is left of it. */
function describeScenario({ scenario, disturbances }: Outcome): string {
  const { clusters, replicas, applications, environments, strategy, lost, repeated, delayed, databaseTrouble, muted } = scenario;
  const shares = Object.entries({ lost, repeated, delayed, databaseTrouble }).filter(([, share]) => share > 0);
  const faults = shares.map(([name, share]) => `${name} ${(share * 100).toFixed(1)} %`).join(", ");
  const heard = Array.from({ length: disturbances }, (_, number) => number).filter((number) => !muted.has(number));
  return [
    `  clusters ${clusters}, replicas ${replicas}, applications ${applications}, environments ${environments}, faults: ${faults || "none"}`,
    `  strategy ${JSON.stringify(strategy)}`,
    `  disturbances ${heard.join(", ") || "none"} of ${disturbances}`,
  ].join("\n");
}

const mostLines = 200;

/** Runs the scenario once more and prints what happened in it, and whether it was the same run. */
export async function printTold(outcome: Outcome, print: (line: string) => void): Promise<void> {
  const told: string[] = [];
  const again = await simulate(outcome.scenario, { told: (line) => told.push(line) });
  print(describeScenario(outcome));
  if (told.length > mostLines) print(`  … ${told.length - mostLines} lines before`);
  for (const line of told.slice(-mostLines)) print(`  ${line}`);
  print(
    `  hash ${again.hash}, ${again.hash === outcome.hash ? "the same run, byte for byte" : `NOT the same run: ${outcome.hash} before`}`,
  );
}
