import { DroverError } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import type { ResumedAutoPromotion } from "@drover/proto/rest";
import { ruleFor } from "../../domain/promotion/plan-auto-promotion.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { newIntent, notFound, submitIntent, type SubmitIntentDeps } from "../fleet/submit-intent.ts";

/** The place, and why. */
export interface ResumeAutoPromotion {
  readonly application: string;
  readonly environment: string;
  readonly reason: string;
}

interface ResumeAutoPromotionDeps extends SubmitIntentDeps {
  readonly fleet: FleetStore;
  readonly newId: () => string;
}

/** Gives a pin that a person wrote back to auto-promotion, by a commit. Where no such pin holds it, nothing is written. */
export const createResumeAutoPromotion =
  (deps: ResumeAutoPromotionDeps) =>
  async (caller: Caller, request: ResumeAutoPromotion, signal: AbortSignal): Promise<ResumedAutoPromotion> => {
    const { application, environment, reason } = request;
    await checkRule(deps.fleet, request);
    const pin = await deps.fleet.get("Pin", `${environment}/${application}`);
    if (pin?.form.revision === undefined || pin.form.promotion === "Automatic")
      return { application, environment, ...(pin === undefined ? {} : { commit: pin.commit }) };
    const edit = { kind: "release-pin", application, environment } as const;
    const intent = newIntent(deps.newId(), caller, { kind: "FileEdit", subject: `${environment}/${application}`, reason, edit });
    const { commit } = await submitIntent(deps, intent, caller, signal);
    return { application, environment, ...(commit === undefined ? {} : { commit }) };
  };

async function checkRule(fleet: FleetStore, { application, environment }: ResumeAutoPromotion): Promise<void> {
  const operation = `resume auto-promotion of ${application} in ${environment}`;
  const file = await fleet.get("Application", application);
  if (file === undefined) throw notFound("application", application, operation);
  const name = file.form.project ?? defaultProject;
  const project = await fleet.get("Project", name);
  if (ruleFor(project?.form, application, environment) !== undefined) return;
  throw new DroverError(
    "wrong-state",
    "AUTO_PROMOTION_NOT_CONFIGURED",
    `${operation}: no rule promotes it there; add one to autoPromotion in projects/${name}.yaml`,
  );
}
