import { DroverError, later, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { failpoint } from "../failpoint.ts";
import type { Git } from "../source/git.ts";
import { draftCommits } from "./draft-commits.ts";
import { openDraft } from "./draft-fleet.ts";
import type { Intent, IntentError, IntentStore } from "./intent-store.ts";
import type { FleetProjector, FleetRepository } from "./project-fleet.ts";
import type { ProjectionStore } from "./projection-store.ts";
import type { Outcome } from "../work-queue.ts";

export interface WriteIntentsDeps {
  readonly git: Git;
  readonly intents: IntentStore;
  readonly projector: FleetProjector;
  readonly projection: Pick<ProjectionStore, "files" | "version">;
  readonly fleet: FleetRepository;
  /** `Name <address>` of Drover's own commits. */
  readonly author: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Intents of one push. What waits longer goes into the next, at once. */
const maxIntents = 100;
const maxAttempts = 5;
/** An unanswered push may have arrived: before it is known, nobody is told anything. */
const retryMs = 2_000;

/**
 * The handler of the queue `write`: takes all waiting intents into one push. It is the only writer of the fleet repository among Drover's
 * replicas; people push beside it, so the push compares and sets, and everything is done again on what they pushed.
 *
 * An intent that was pushed before a crash is recognised by the projection, which reads the request's id in the commit.
 */
export function createIntentWriter(deps: WriteIntentsDeps): (key: string, signal: AbortSignal) => Promise<Outcome> {
  return async (_key, signal) => {
    if (!(await deps.intents.hasOpen())) return { kind: "done" }; // asks no repository to learn that nothing came meanwhile
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const head = await projectedHead(deps, signal);
      const taken = await deps.intents.take(maxIntents);
      if (taken.length > 0) failpoint("intents.taken");
      if (head.kind === "failed") await deps.intents.voidIntents(idsOf(taken), head.error);
      if (head.kind === "failed" || taken.length === 0) return { kind: "done" };
      const written = await writeAll(deps, head.commit, taken, signal);
      if (written === "pushed") return { kind: "recheck", at: deps.clock.now() }; // those that came meanwhile
      if (written === "unanswered") return { kind: "recheck", at: later(deps.clock.now(), retryMs) };
      deps.log.info({ attempt }, "fleet branch moved while writing");
    }
    await deps.intents.voidIntents(idsOf(await deps.intents.take(maxIntents)), branchBusy);
    return { kind: "done" };
  };
}

type Head = { readonly kind: "head"; readonly commit: string } | { readonly kind: "failed"; readonly error: IntentError };

/** The branch's newest commit, projected: by now every intent that is already in git has become current. */
async function projectedHead({ projector, log }: WriteIntentsDeps, signal: AbortSignal): Promise<Head> {
  try {
    const state = await projector.fetchAndProject(signal);
    if (state.kind === "projected") return { kind: "head", commit: state.head };
    return { kind: "failed", error: { kind: "wrong-state", ...state.problem } };
  } catch (error) {
    const known = toDroverError(error);
    if (known.kind === "cancelled" || known.kind === "stale" || known.kind === "internal" || known.code.startsWith("DATABASE_"))
      throw error;
    log.warn({ err: error }, "fleet repository does not answer");
    const message = `write to the fleet repository: it does not answer, and nothing was changed (${known.message}); try again`;
    return {
      kind: "failed",
      error: { kind: "unavailable", code: "FLEET_REPOSITORY_UNAVAILABLE", message, details: { cause: known.code } },
    };
  }
}

/** Nobody is told anything before the push: what one intent became may rest on the ones before it. */
async function writeAll(
  { git, intents, projector, projection, fleet, author, log }: WriteIntentsDeps,
  head: string,
  taken: readonly Intent[],
  signal: AbortSignal,
): Promise<"pushed" | "moved" | "unanswered"> {
  const mirror = await git.open(fleet, signal);
  const { commits, failed, unchanged } = await draftCommits(await openDraft(mirror, head, projection, signal), taken, author);
  const tip = commits.length === 0 ? head : ((await mirror.write(head, commits, signal)).at(-1) as string);
  try {
    const pushed = tip === head ? undefined : await mirror.push(fleet.branch, head, tip, signal);
    if (pushed?.kind === "moved") return "moved";
  } catch (error) {
    const { kind, code, message } = toDroverError(error);
    if (code === "FLEET_PUSH_REFUSED") {
      await intents.voidIntents(idsOf(taken), { kind, code, message });
      return "pushed";
    }
    log.warn({ err: error, commit: tip }, "push to the fleet repository was not answered");
    return "unanswered";
  }
  log.info({ commit: tip, intents: commits.length }, "intents pushed");
  failpoint("intents.pushed");
  await projector.project(signal);
  failpoint("intents.projected");
  for (const { intent, error } of failed) await intents.voidIntents([intent.id], error);
  for (const { id } of unchanged) await intents.settleFulfilled(id, tip);
  return "pushed";
}

/** The error of a void intent, as its requester is to see it. */
export const thrownAs = ({ kind, code, message, details }: IntentError): DroverError =>
  new DroverError(kind, code, message, details === undefined ? {} : { details });

const idsOf = (intents: readonly Intent[]): readonly string[] => intents.map(({ id }) => id);

const branchBusy: IntentError = {
  kind: "unavailable",
  code: "FLEET_REPOSITORY_BUSY",
  message: `write to the fleet repository: others pushed ${maxAttempts} times meanwhile, and nothing was changed; try again`,
};
