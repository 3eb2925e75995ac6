import { rfc3339 } from "@drover/kit";
import { describeChange } from "./describe-change.ts";
import { disturb } from "./disturbances.ts";
import { hashText, Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { calmDown, letGoOn, unsettled } from "./settle.ts";
import { World } from "./world.ts";

export interface Outcome {
  readonly scenario: Scenario;
  readonly steps: number;
  readonly virtualMs: number;
  readonly disturbances: number;
  /** Of every event, in order: two runs with the same hash were the same run. */
  readonly hash: string;
  readonly violation: { readonly invariant: string; readonly message: string; readonly step: number } | undefined;
}

/** Long enough for three waves with their soaks, deadlines and a person who looks every ten minutes. */
const calmMs = 6 * 3_600_000;
const lookEveryMs = 600_000;
const checkEvery = 64;

interface Listeners {
  /** Hears of every event. */
  readonly every?: (line: string) => void;
  /** Hears what a person would tell: disturbances, and changes of rollouts, assignments and statuses. */
  readonly told?: (line: string) => void;
}

/** Runs one scenario. */
export async function simulate(scenario: Scenario, { every, told }: Listeners = {}): Promise<Outcome> {
  let hash = 0;
  const world = new World(scenario, (changes) => {
    for (const change of changes) {
      hash = hashText(change.key, hash);
      const text = told && describeChange(change, (cluster) => world.nameOf(cluster));
      if (text !== undefined) tell(text);
    }
  });
  const { schedule } = world;
  const start = schedule.now;
  let steps = 0;
  let disturbances = 0;

  const note = (owner: string, what: string): void => {
    const line = `${schedule.now} ${owner} ${what}`;
    hash = hashText(line, hash);
    every?.(line);
  };
  const tell = (text: string): void => told?.(`${((schedule.now - start) / 1_000).toFixed(3).padStart(10)} s  ${text}`);
  const step = async (): Promise<boolean> => {
    const event = schedule.next();
    if (event === undefined) return false;
    steps += 1;
    note(event.owner, event.what);
    event.run();
    await drained();
    return world.violation === undefined;
  };
  const random = new Random(scenario.seed).fork("disturbances");
  const plan = (): void => {
    schedule.after(random.around(scenario.disturbanceMs), undefined, "something happens", () => {
      if (world.isCalm) return;
      disturb(world, disturbances, tell);
      disturbances += 1;
      plan();
    });
  };
  world.begin();
  plan();
  await drained();

  while (steps < scenario.steps && (await step()));
  if (world.violation === undefined) await settle();

  async function settle(): Promise<void> {
    tell("the faults stop");
    calmDown(world);
    const until = schedule.now + calmMs;
    const patience = new Random(scenario.seed).fork("patience");
    const look = (): void => {
      schedule.after(lookEveryMs, undefined, "somebody looks", () => {
        letGoOn(world, patience);
        look();
      });
    };
    look();
    while (await step()) {
      if (steps % checkEvery !== 0) continue;
      const left = unsettled(world);
      if (left.length === 0) return;
      if (schedule.now > until)
        return world.fail(
          "everything converges",
          `${left.length} things are unsettled ${calmMs / 3_600_000} h after the faults stopped: ${left.join("; ")}`,
        );
    }
  }

  const { violation } = world;
  if (violation !== undefined) tell(`${violation.invariant}: ${violation.message}`);
  return {
    scenario,
    steps,
    virtualMs: schedule.now - start,
    disturbances,
    hash: hash.toString(16).padStart(8, "0"),
    violation: violation && { invariant: violation.invariant, message: `${violation.message} (${rfc3339(schedule.now)})`, step: steps },
  };
}

/** Everything that follows from one event by promises alone is done before the next. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
