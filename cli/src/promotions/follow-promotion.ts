import { setTimeout as delay } from "node:timers/promises";
import { DroverError, plural } from "@drover/kit";
import type { Client, Promotion } from "@drover/proto/rest";
import { askPatiently } from "../ask-patiently.ts";
import type { Cli } from "../cli.ts";
import { type FollowOptions, followRollout } from "../follow-rollout.ts";
import { printable } from "../output/columns.ts";
import { type Beginning, type Change, findBeginning, type Place } from "./beginning.ts";

const pollMs = 500;
/** As shells have it of what SIGINT ended. */
const interruptedStatus = 130;

/** Waits until everything that a promotion or a rollback moves is where it should be. Exit status 1 where it does not come there. */
export function followPromotion(client: Client, cli: Cli, promotion: Promotion, options: FollowOptions): Promise<void> {
  const load = async (signal: AbortSignal): Promise<Change> => {
    const isOpen = promotion.state === "Pending";
    const now = isOpen ? await client("getPromotion", { params: { promotion: promotion.id }, signal }) : promotion;
    return { ...now, since: now.createdAt };
  };
  const moves = (promotion.places ?? [promotion]).map((place) => ({ place, load }));
  return followMoves(client, cli, { what: promotion.kind.toLowerCase(), moves }, options);
}

/** One place, and what moves it. */
export interface Move {
  readonly place: Place;
  readonly load: (signal: AbortSignal) => Promise<Change>;
}

/** The same for each place by itself. */
export async function followMoves(
  client: Client,
  cli: Cli,
  { what, moves }: { readonly what: string; readonly moves: readonly Move[] },
  options: FollowOptions,
): Promise<void> {
  const interrupted = new AbortController();
  const forget = cli.onInterrupt?.(() => interrupted.abort());
  let [at] = moves;
  try {
    for (at of moves) await followPlace(client, cli, at, { ...options, signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted || at === undefined) throw error;
    const { application, environment } = at.place;
    cli.say(`the ${what} goes on without you; follow it with drover rollout status ${application} -e ${environment} --watch`);
    cli.setExitCode(interruptedStatus);
  } finally {
    forget?.();
  }
}

async function followPlace(
  client: Client,
  cli: Cli,
  { place, load }: Move,
  options: FollowOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const what = `${place.application} in ${place.environment}`;
  const deadline = performance.now() + options.timeout;
  const look = async (): Promise<Beginning> => findBeginning(client, await load(options.signal), place, options.signal);
  const ask = askPatiently(look, { say: cli.say, deadline });
  const tell = options.output === undefined ? (line: string) => cli.out(`${line}\n`) : cli.say;
  let told = "";
  for (;;) {
    const beginning = await ask();
    if (beginning.kind === "begun") {
      await followRollout(client, cli, beginning.rollout.id, { ...options, timeout: deadline - performance.now() });
      return;
    }
    const line = describe(what, beginning);
    if (beginning.kind === "there") return tell(line);
    if (beginning.kind !== "open") {
      cli.say(`${line}; see \`drover why ${place.application} --environment ${place.environment}\``);
      return cli.setExitCode(1);
    }
    if (line !== told) tell(line);
    told = line;
    if (performance.now() > deadline)
      throw new DroverError(
        "timeout",
        "ROLLOUT_TIMEOUT",
        `no rollout of ${what} has begun within ${Math.round(options.timeout / 1000)} s; see \`drover why ${place.application} --environment ${place.environment}\``,
      );
    await delay(pollMs, undefined, { signal: options.signal });
  }
}

function describe(what: string, beginning: Exclude<Beginning, { kind: "begun" }>): string {
  switch (beginning.kind) {
    case "there": {
      const { clusters, health } = beginning.placement.summary;
      return `${what}: already there, ${clusters === 0 ? "on no cluster yet" : `${health.Healthy} of ${clusters} Healthy`}`;
    }
    case "stranded": {
      const { clusters } = beginning;
      return `${what}: no rollout carries it to ${plural(clusters.length, "cluster")} without it, such as ${printable(clusters[0] ?? "")}`;
    }
    case "held":
      return `${what} is held: ${printable(beginning.problem.message)} (${beginning.problem.code})`;
    case "open": {
      const { problem } = beginning;
      return `waiting for a rollout of ${what}${problem === undefined ? "" : `: ${printable(problem.message)} (${problem.code})`}`;
    }
  }
}
