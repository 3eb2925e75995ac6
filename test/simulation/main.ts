import { parseArgs } from "node:util";
import { runMutants } from "./mutants/run-mutants.ts";
import { printTold } from "./print-outcome.ts";
import { scenarioOf } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";

/**
 * npm run simulate -- --seeds N --steps M      seeds 1 to N, M events each before the faults stop
 *                     --seed S                 one seed, again; with --seeds N, so many from there
 *                     --seconds T              until T seconds are over, however many seeds that are
 *                     --trace                  every event, instead of the shrunk story of a violation
 *                     --first                  a violation is named and not shrunk
 *                     --mutants [--only NAME]  mistakes put into a copy of the engine, one after another: each must be found
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    steps: { type: "string", default: "20000" },
    seed: { type: "string" },
    seconds: { type: "string" },
    trace: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const first = Number(values.seed ?? 1);
const count = Number(values.seeds ?? (values.seed !== undefined ? 1 : values.seconds !== undefined ? Number.POSITIVE_INFINITY : 50));
const last = first + count - 1;
const untilMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds) * 1_000;
const shrinkMs = 60_000;
const progressMs = 5_000;

let seeds = 0;
let steps = 0;
let virtualMs = 0;
let toldAtMs = 0;
const begunMs = performance.now();
const summary = (): string => {
  const { user, system } = process.cpuUsage();
  const rate = Math.round(steps / ((user + system) / 1_000_000));
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(0);
  return `${seeds} seeds, ${steps} steps, ${(virtualMs / 86_400_000).toFixed(1)} virtual days in ${seconds} s, ${rate} steps per second of processor time`;
};

if (values.mutants) process.exitCode = (await runMutants(values.only, print)) ? 0 : 1;
else await simulateSeeds();

async function simulateSeeds(): Promise<void> {
  for (let seed = first; seed <= last && performance.now() - begunMs < untilMs; seed += 1) {
    const outcome = await simulate(scenarioOf(seed, Number(values.steps)), values.trace ? { every: print } : {});
    seeds += 1;
    steps += outcome.steps;
    virtualMs += outcome.virtualMs;
    if (outcome.violation !== undefined) {
      await report(seed, outcome);
      process.exitCode = 1;
      break;
    }
    if (performance.now() - toldAtMs > progressMs) {
      toldAtMs = performance.now();
      print(`seed ${seed} (${outcome.hash}): no violation; ${summary()}`);
    }
  }
  print(`${process.exitCode === 1 ? "1 violation" : "0 violations"}: ${summary()}`);
}

async function report(seed: number, outcome: Outcome): Promise<void> {
  const { violation } = outcome;
  print(`seed ${seed}, step ${violation?.step}: ${violation?.invariant}: ${violation?.message}`);
  print(`  again: npm run simulate -- --seed ${seed} --steps ${values.steps}   (hash ${outcome.hash})`);
  if (values.trace || values.first) return;
  const smallest = await shrink(outcome, shrinkMs);
  print(`shrunk from ${outcome.steps} to ${smallest.steps} steps: ${smallest.violation?.message}`);
  await printTold(smallest, print);
}
