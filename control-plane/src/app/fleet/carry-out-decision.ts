import type { PinDecision } from "../../domain/fleet/decide-promotion.ts";
import type { Caller } from "../access/caller.ts";
import type { Intent } from "./intent-store.ts";
import type { LoadedStanding } from "../promotion/standing.ts";
import { newIntent, submitIntent, type SubmitIntentDeps } from "./submit-intent.ts";

export interface CarryOutDeps extends SubmitIntentDeps {
  readonly newId: () => string;
}

/** Makes the decided edit a commit. Where the pin is as it should be, only the request is recorded: it was fulfilled before it came. */
export async function carryOutDecision(
  deps: CarryOutDeps,
  decision: PinDecision,
  { standing: { application, environment }, pin }: LoadedStanding,
  by: { readonly kind: Intent["kind"]; readonly reason: string; readonly caller: Caller },
  signal: AbortSignal,
): Promise<{ readonly id: string }> {
  const { kind, reason, caller } = by;
  const id = deps.newId();
  const intent = { kind, subject: `${environment}/${application}`, reason };
  if (decision.kind === "edit") {
    await submitIntent(deps, newIntent(id, caller, { ...intent, edit: decision.edit }), caller, signal);
    return { id };
  }
  const { revision } = decision;
  const edit = { kind: "set-pin", application, environment, revision, previousRevision: revision, reason } as const;
  await deps.intents.addFulfilled(newIntent(id, caller, { ...intent, edit }), pin?.commit, caller);
  return { id };
}
