import { setTimeout as delay } from "node:timers/promises";
import { DroverError, parseDuration } from "@drover/kit";
import type { Client, Rollout } from "@drover/proto/rest";
import { InvalidArgumentError } from "commander";
import type { Cli } from "./cli.ts";

interface Which {
  readonly application: string;
  readonly environment: string;
  /** The fleet commit whose rollout is meant; the newest when absent. */
  readonly commit?: string | undefined;
}

const pollMs = 500;
const ended = new Set<Rollout["phase"]>(["Completed", "RolledBack", "Superseded", "Aborted"]);

/** For commander: a duration's milliseconds. */
export function parseTimeout(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

export async function newestRollout(client: Client, { application, environment, commit }: Which): Promise<Rollout | undefined> {
  const { items } = await client("listRollouts", { query: { application, environment, changeId: commit, pageSize: 1 } });
  return items[0];
}

/** Waits for the rollout to begin and to end, telling each change. Exit status 1 unless it completed; a Halted one is an end too, it waits for a person. */
export async function followRollout(client: Client, cli: Cli, which: Which, timeoutMs: number): Promise<void> {
  await follow(() => newestRollout(client, which), cli, timeoutMs, `${which.application} in ${which.environment}`);
}

export async function followRolloutById(client: Client, cli: Cli, id: string, timeoutMs: number): Promise<void> {
  await follow(() => client("getRollout", { params: { rollout: id } }), cli, timeoutMs, id);
}

async function follow(load: () => Promise<Rollout | undefined>, cli: Cli, timeoutMs: number, what: string): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let told = "";
  for (;;) {
    const rollout = await load();
    const line = rollout === undefined ? `waiting for a rollout of ${what}` : describe(rollout);
    if (line !== told) cli.out(`${line}\n`);
    told = line;
    if (rollout?.phase === "Completed") return;
    if (rollout !== undefined && (ended.has(rollout.phase) || rollout.phase === "Halted")) {
      cli.say(`${rollout.phase}: see \`drover why ${rollout.application} --environment ${rollout.environment}\``);
      return cli.setExitCode(1);
    }
    if (performance.now() > deadline)
      throw new DroverError("timeout", "ROLLOUT_TIMEOUT", `rollout of ${what} has not ended within ${Math.round(timeoutMs / 1000)} s`);
    await delay(pollMs);
  }
}

function describe({ id, phase, targets, holds, release }: Rollout): string {
  const of = Object.values(targets).reduce((sum, count) => sum + count, 0) - targets.Left;
  const hold = holds[0];
  const because = hold === undefined || phase === "Completed" ? "" : `, ${hold.message ?? hold.kind}`;
  return `rollout/${id} ${release} ${phase}: ${targets.Succeeded + targets.Unchanged} of ${of} done, ${targets.InFlight} under way, ${targets.Failed} failed${because}`;
}
