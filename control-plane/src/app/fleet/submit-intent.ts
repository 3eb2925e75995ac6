import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { Caller } from "../access/caller.ts";
import { failpoint } from "../failpoint.ts";
import type { Intent, IntentError, IntentState, IntentStore } from "./intent-store.ts";
import { thrownAs } from "./write-intents.ts";

export interface SubmitIntentDeps {
  readonly intents: IntentStore;
  readonly clock: Clock;
}

/** Longer than a push and its projection take on a slow host; shorter than the patience of proxies. */
const patienceMs = 20_000;
const firstPauseMs = 10;
const longestPauseMs = 200;

/**
 * Hands an intent to the writer and waits until it is in git and projected. Throws the error of one that became void, and `timeout`
 * FLEET_WRITE_TIMEOUT for one that no writer took. One that the writer still works on when patience ends comes back as `writing`.
 */
export async function submitIntent(
  { intents, clock }: SubmitIntentDeps,
  intent: Intent,
  caller: Caller,
  signal: AbortSignal,
): Promise<IntentState> {
  await intents.add(intent, caller);
  failpoint("intent.added");
  const end = clock.monotonicMs() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const state = await intents.load(intent.id);
    if (state?.state === "void") throw thrownAs(state.error ?? givenUp);
    if (state?.state === "current") return state;
    const isOver = signal.aborted || clock.monotonicMs() > end;
    if (isOver && (await intents.withdraw(intent.id, givenUp))) throw thrownAs(givenUp);
    if (isOver && state !== undefined) return state;
    await clock.sleep(pauseMs, signal).catch(() => {}); // an aborted wait ends in the lines above
  }
}

const givenUp: IntentError = {
  kind: "timeout",
  code: "FLEET_WRITE_TIMEOUT",
  message:
    "write to the fleet repository: no replica took the request in time, and nothing was changed; is one with the role sources running?",
};

/** An intent that somebody asked for, before it has an id. */
export const newIntent = (id: string, caller: Caller, intent: Omit<Intent, "id" | "actor">): Intent => ({
  ...intent,
  id,
  actor: caller.actor,
});

/** `near`: what was probably meant. */
export const notFound = (
  kind: "application" | "environment" | "cluster" | "project",
  name: string,
  operation: string,
  near?: string,
): DroverError =>
  new DroverError(
    "not-found",
    `${kind.toUpperCase()}_NOT_FOUND`,
    `${operation}: there is no ${kind} "${name}"; ${near === undefined ? "correct the name" : `did you mean ${near}? Correct the name,`} or add ${kind}s/${name}.yaml to the fleet repository`,
  );
