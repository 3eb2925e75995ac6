import { parseArgs } from "node:util";
import { runMutants } from "./mutants/run-mutants.ts";
import { printTold } from "./print-outcome.ts";
import { scenarioOf } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";

/**
 * npm run simulate -- --seeds N --steps M      seeds 1 to N, M events each before the faults stop
 *                     --seed S                 one seed, again, or each that is named; with --seeds N, so many from there
 *                     --seconds T              until T seconds are over, however many seeds that are
 *                     --processor-seconds T    the same, of this process's own time
 *                     --trace                  every event, instead of the shrunk story of a violation
 *                     --first                  a violation is named and not shrunk
 *                     --mutants [--only NAME]  mistakes put into a copy of the engine, one after another: each must be found
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    steps: { type: "string", default: "20000" },
    seed: { type: "string", multiple: true, default: [] },
    seconds: { type: "string" },
    "processor-seconds": { type: "string" },
    trace: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const first = Number(values.seed[0] ?? 1);
const count = Number(
  values.seeds ??
    (values.seed.length > 0
      ? 1
      : values.seconds !== undefined || values["processor-seconds"] !== undefined
        ? Number.POSITIVE_INFINITY
        : 50),
);
const named = values.seed.length > 1 ? values.seed.map(Number) : undefined;
const untilMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds) * 1_000;
const untilProcessorSeconds = Number(values["processor-seconds"] ?? Number.POSITIVE_INFINITY);
const shrinkMs = 60_000;
const progressMs = 5_000;

let seeds = 0;
let steps = 0;
let virtualMs = 0;
let toldAtMs = 0;
const begunMs = performance.now();
const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};
const isOver = (): boolean => performance.now() - begunMs >= untilMs || processorSeconds() >= untilProcessorSeconds;
const summary = (): string => {
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(0);
  const days = (virtualMs / 86_400_000).toFixed(1);
  const processor = processorSeconds();
  return `${seeds} seeds, ${steps} steps, ${days} virtual days in ${seconds} s (${processor.toFixed(1)} s of processor time, ${Math.round(steps / processor)} steps in each)`;
};

if (values.mutants) process.exitCode = (await runMutants(values.only, print)) ? 0 : 1;
else await simulateSeeds();

function* seedsInARow(): Generator<number> {
  for (let seed = first; seed < first + count; seed += 1) yield seed;
}

async function simulateSeeds(): Promise<void> {
  for (const seed of named ?? seedsInARow()) {
    if (isOver()) break;
    const outcome = await simulate(scenarioOf(seed, Number(values.steps)), values.trace ? { every: print } : {});
    seeds += 1;
    steps += outcome.steps;
    virtualMs += outcome.virtualMs;
    if (outcome.violation !== undefined) {
      await report(seed, outcome);
      process.exitCode = 1;
      break;
    }
    if (count === 1 || performance.now() - toldAtMs > progressMs) {
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
