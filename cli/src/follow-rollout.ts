import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import type { Client, Rollout } from "@drover/proto/rest";
import { askPatiently } from "./ask-patiently.ts";
import type { Cli } from "./cli.ts";
import { printable } from "./output/columns.ts";
import { wantsColours } from "./output/paint.ts";
import type { OutputForm } from "./output/print.ts";
import { Redraw } from "./output/redraw.ts";
import { formatProgress } from "./output/rollout-progress.ts";
import { lookPatiently } from "./what-keeps-clusters.ts";

const pollMs = 500;
const ended = new Set<Rollout["phase"]>(["Completed", "RolledBack", "Superseded", "Aborted"]);

export async function newestRollout(client: Client, application: string, environment: string): Promise<Rollout | undefined> {
  const { items } = await client("listRollouts", { query: { application, environment, pageSize: 1 } });
  return items[0];
}

export interface FollowOptions {
  readonly timeout: number;
  /** Standard output is data: where a machine reads it, progress goes where messages go. */
  readonly output?: OutputForm;
  readonly signal?: AbortSignal;
}

/** Waits for the rollout to end, telling each change. Exit status 1 unless it completed; a Halted one is an end too, it waits for a person. */
export async function followRollout(client: Client, cli: Cli, id: string, { timeout, output, signal }: FollowOptions): Promise<Rollout> {
  const deadline = performance.now() + timeout;
  const ask = askPatiently(() => client("getRollout", { params: { rollout: id }, signal }), { say: cli.say, deadline });
  const tell = output === undefined ? (line: string) => cli.out(`${line}\n`) : cli.say;
  // Bars on a terminal; where it is piped a line for each change.
  const screen = cli.isTerminal && output === undefined ? new Redraw(cli) : undefined;
  const look = lookPatiently(client, signal);
  let told = "";
  for (;;) {
    const rollout = await ask();
    const kept = await look(rollout);
    const line = describe(rollout, kept);
    if (screen !== undefined) screen.show(formatProgress(rollout, kept, wantsColours(true, cli.env)));
    else if (line !== told) tell(line);
    told = line;
    if (rollout.phase === "Completed") return rollout;
    if (ended.has(rollout.phase) || rollout.phase === "Halted") {
      const { application, environment, phase } = rollout;
      const reason = await deepestReason(client, id);
      cli.say(`${phase}: ${reason === undefined ? "" : `${reason}; `}see \`drover why ${application} --environment ${environment}\``);
      cli.setExitCode(1);
      return rollout;
    }
    if (performance.now() > deadline)
      throw new DroverError(
        "timeout",
        "ROLLOUT_TIMEOUT",
        `rollout ${id} of ${rollout.application} in ${rollout.environment} has not ended within ${Math.round(timeout / 1000)} s`,
      );
    await delay(pollMs, undefined, { signal });
  }
}

/** How it ended is known without it: who cannot be told why is told the rest. */
async function deepestReason(client: Client, rollout: string): Promise<string | undefined> {
  const why = await client("explain", { query: { rollout } }).catch(() => undefined);
  const deepest = why?.links.at(-1);
  return deepest && printable(deepest.message);
}

function describe({ id, phase, targets, holds, release }: Rollout, kept: readonly string[]): string {
  const of = Object.values(targets).reduce((sum, count) => sum + count, 0) - targets.Left;
  const hold = holds[0];
  const reasons = phase === "Completed" ? [] : [...(hold === undefined ? [] : [hold.message ?? hold.kind]), ...kept];
  const because = reasons.map((reason) => `, ${reason}`).join("");
  return `rollout/${id} ${release} ${phase}: ${targets.Succeeded + targets.Unchanged} of ${of} done, ${targets.InFlight} under way, ${targets.Failed} failed${because}`;
}
