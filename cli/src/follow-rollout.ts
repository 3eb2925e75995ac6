import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import type { Client, Rollout } from "@drover/proto/rest";
import { askPatiently } from "./ask-patiently.ts";
import type { Cli } from "./cli.ts";
import { wantsColours } from "./output/paint.ts";
import type { OutputForm } from "./output/print.ts";
import { Redraw } from "./output/redraw.ts";
import { formatProgress } from "./output/rollout-progress.ts";

interface Which {
  readonly application: string;
  readonly environment: string;
  /** The fleet commit whose rollout is meant; the newest when absent. */
  readonly commit?: string | undefined;
}

const pollMs = 500;
const ended = new Set<Rollout["phase"]>(["Completed", "RolledBack", "Superseded", "Aborted"]);

export async function newestRollout(client: Client, { application, environment, commit }: Which): Promise<Rollout | undefined> {
  const { items } = await client("listRollouts", { query: { application, environment, changeId: commit, pageSize: 1 } });
  return items[0];
}

interface FollowOptions {
  readonly timeout: number;
  /** Standard output is data: where a machine reads it, progress goes where messages go. */
  readonly output?: OutputForm;
}

/** Waits for the rollout to begin and to end, telling each change. Exit status 1 unless it completed; a Halted one is an end too, it waits for a person. */
export const followRollout = (client: Client, cli: Cli, which: Which, options: FollowOptions): Promise<Rollout> =>
  follow(() => newestRollout(client, which), cli, options, `${which.application} in ${which.environment}`);

export const followRolloutById = (client: Client, cli: Cli, id: string, options: FollowOptions): Promise<Rollout> =>
  follow(() => client("getRollout", { params: { rollout: id } }), cli, options, id);

async function follow(
  load: () => Promise<Rollout | undefined>,
  cli: Cli,
  { timeout, output }: FollowOptions,
  what: string,
): Promise<Rollout> {
  const deadline = performance.now() + timeout;
  const ask = askPatiently(load, { say: cli.say, deadline });
  const tell = output === undefined ? (line: string) => cli.out(`${line}\n`) : cli.say;
  // Bars on a terminal; where it is piped a line for each change.
  const screen = cli.isTerminal && output === undefined ? new Redraw(cli) : undefined;
  let told = "";
  for (;;) {
    const rollout = await ask();
    const line = rollout === undefined ? `waiting for a rollout of ${what}` : describe(rollout);
    if (screen !== undefined) screen.show(rollout === undefined ? `${line}\n` : formatProgress(rollout, wantsColours(true, cli.env)));
    else if (line !== told) tell(line);
    told = line;
    if (rollout?.phase === "Completed") return rollout;
    if (rollout !== undefined && (ended.has(rollout.phase) || rollout.phase === "Halted")) {
      cli.say(`${rollout.phase}: see \`drover why ${rollout.application} --environment ${rollout.environment}\``);
      cli.setExitCode(1);
      return rollout;
    }
    if (performance.now() > deadline)
      throw new DroverError("timeout", "ROLLOUT_TIMEOUT", `rollout of ${what} has not ended within ${Math.round(timeout / 1000)} s`);
    await delay(pollMs);
  }
}

function describe({ id, phase, targets, holds, release }: Rollout): string {
  const of = Object.values(targets).reduce((sum, count) => sum + count, 0) - targets.Left;
  const hold = holds[0];
  const because = hold === undefined || phase === "Completed" ? "" : `, ${hold.message ?? hold.kind}`;
  return `rollout/${id} ${release} ${phase}: ${targets.Succeeded + targets.Unchanged} of ${of} done, ${targets.InFlight} under way, ${targets.Failed} failed${because}`;
}
