import { DroverError, later } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { backUpEdits, type Exceptions } from "../../domain/fleet/back-up-edits.ts";
import type { Problem } from "../../domain/release/release.ts";
import type { Caller } from "../access/caller.ts";
import { failpoint } from "../failpoint.ts";
import type { IntentStore } from "../fleet/intent-store.ts";
import type { QuarantineStore, QuarantineToCommit } from "./quarantines.ts";
import { loadStanding, type StandingDeps } from "../promotion/standing.ts";
import type { Outcome } from "../work-queue.ts";

interface CommitQuarantineDeps extends StandingDeps {
  readonly store: QuarantineStore;
  readonly intents: Pick<IntentStore, "load">;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A push takes a moment. */
const lookMs = 500;
const firstRetryMs = 2_000;
const longestRetryMs = 5 * 60_000;

/**
 * Handler of the queue `quarantine`, whose keys are ids: has git say what a rollback said already, that the pin goes back and the revision is
 * refused. Tries until it is so: meanwhile the row refuses, so nothing hurries.
 */
export const createQuarantineCommitter =
  (deps: CommitQuarantineDeps) =>
  async (id: string, signal: AbortSignal): Promise<Outcome> => {
    const { store, intents, clock } = deps;
    const quarantine = await store.loadToCommit(id);
    if (quarantine === undefined) return { kind: "done" };
    const intent = quarantine.intentId === undefined ? undefined : await intents.load(quarantine.intentId);
    if (intent?.state === "current") {
      failpoint("quarantine.current");
      await store.committed(id);
      failpoint("quarantine.committed");
      return { kind: "done" };
    }
    if (intent?.state === "void") return retry(deps, quarantine, problemOf(intent.error));
    if (intent === undefined)
      try {
        await submit(deps, quarantine, signal);
        failpoint("quarantine.submitted");
      } catch (error) {
        if (!(error instanceof DroverError) || error.kind === "cancelled" || error.kind === "internal") throw error;
        return retry(deps, quarantine, error);
      }
    return { kind: "recheck", at: later(clock.now(), lookMs) };
  };

async function retry({ store, clock }: CommitQuarantineDeps, { id, attempts }: QuarantineToCommit, problem: Problem): Promise<Outcome> {
  await store.failed(id, { code: problem.code, message: problem.message });
  return { kind: "recheck", at: later(clock.now(), Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 10))) };
}

const problemOf = (error: Problem | undefined): Problem =>
  error ?? { code: "INTERNAL", message: "write to the fleet repository: it failed without a reason" };

async function submit(deps: CommitQuarantineDeps, quarantine: QuarantineToCommit, signal: AbortSignal): Promise<void> {
  const { application, environment, returnsTo, reason } = quarantine;
  const { standing, pin } = await loadStanding(deps, { application, environment }, `quarantine ${application}`, signal);
  const id = deps.newId();
  const caller: Caller = { actor: "drover", role: "admin", requestId: id, traceparent: undefined };
  const exceptions: Exceptions = new Map(Object.entries(pin?.form.clusters ?? {}).map(([name, { revision }]) => [name, revision]));
  const edits = backUpEdits(quarantine, standing, exceptions);
  const edit = { kind: "together", application, environment, revision: returnsTo, edits } as const;
  await deps.store.submit(
    quarantine.id,
    { id, kind: "Rollback", subject: `${environment}/${application}`, reason, actor: caller.actor, edit },
    caller,
  );
}
