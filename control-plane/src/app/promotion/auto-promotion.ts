import type { Instant } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import { intentOf } from "../../domain/placement/intent.ts";
import {
  type AutoPromotionFacts,
  type AutoPromotionPlan,
  planAutoPromotion,
  ruleFor,
  type Upstream,
} from "../../domain/promotion/plan-auto-promotion.ts";
import { judgeFreezes } from "../../domain/window/judge-freezes.ts";
import { earliest } from "../../domain/window/judge-windows.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { newIntent, submitIntent, type SubmitIntentDeps } from "../fleet/submit-intent.ts";
import type { Outcome } from "../work-queue.ts";

export interface AutoPromotionDeps {
  readonly fleet: FleetStore;
  /** What completed in the environment that a rule promotes from, and when `pinned`, which is further down, first did. */
  readonly upstream: (application: string, environment: string, pinned: string | undefined) => Promise<Upstream>;
  readonly quarantineOf: (application: string, revision: string) => Promise<{ readonly reason: string } | undefined>;
}

interface Planned {
  readonly plan: AutoPromotionPlan;
  readonly pinned: string | undefined;
  /** When the plan may become another by itself. */
  readonly recheckAt: Instant | undefined;
}

/** What auto-promotion would do with an application in an environment now; `why` asks this too. */
export async function loadAutoPromotion(
  { fleet, upstream, quarantineOf }: AutoPromotionDeps,
  application: string,
  environment: string,
  now: Instant,
): Promise<Planned> {
  const nothing: Planned = { plan: { kind: "nothing" }, pinned: undefined, recheckAt: undefined };
  const [file, target, pin, removal] = await Promise.all([
    fleet.get("Application", application),
    fleet.get("Environment", environment),
    fleet.get("Pin", `${environment}/${application}`),
    fleet.get("ApplicationRemoval", `${environment}/${application}`),
  ]);
  if (file === undefined || target === undefined || removal !== undefined) return nothing;
  const project = file.form.project ?? defaultProject;
  const rule = ruleFor((await fleet.get("Project", project))?.form, application, environment);
  // A project keeps its last valid form when the environment stops promoting from there; what an environment says of itself wins.
  if (rule === undefined || target.form.promotesFrom?.includes(rule.from) !== true) return nothing;
  const pinned = pin?.form.revision;
  const freezes = judgeFreezes(await fleet.list("Freeze"), { project, environment, application }, now);
  const from = await upstream(application, rule.from, pinned);
  const facts: AutoPromotionFacts = {
    application,
    environment,
    rule,
    pin: pin?.form,
    isTracked: intentOf(application, file.form, target.form, undefined).kind === "tracked",
    ...from,
    quarantined: from.completed && (await quarantineOf(application, from.completed.revision)),
    freeze: freezes.freeze,
  };
  const plan = planAutoPromotion(facts, now);
  const soakedAt = plan.kind === "hold" && plan.because.kind === "Soaking" ? plan.because.until : undefined;
  return { plan, pinned, recheckAt: earliest([soakedAt, freezes.changesAt]) };
}

interface AutoPromoteDeps extends AutoPromotionDeps, SubmitIntentDeps {
  readonly newId: () => string;
}

const actor = "drover/auto-promotion";

/** Handler of the queue `promotion`, whose keys are `<application> <environment>`: promotes what soaked, by the road that people's promotions take. */
export const createAutoPromoter =
  (deps: AutoPromoteDeps) =>
  async (key: string, signal: AbortSignal): Promise<Outcome> => {
    const [application = "", environment = ""] = key.split(" ");
    const { plan, pinned, recheckAt } = await loadAutoPromotion(deps, application, environment, deps.clock.now());
    if (plan.kind === "promote") {
      const id = deps.newId();
      const caller: Caller = { actor, role: "admin", requestId: id, traceparent: undefined };
      const { revision, reason } = plan;
      const previousRevision = pinned ?? null;
      const edit = {
        kind: "set-pin",
        application,
        environment,
        revision,
        reason,
        previousRevision,
        // Whoever moves the pin meanwhile wins.
        before: { revision: previousRevision },
        promotion: "Automatic",
      } as const;
      const intent = newIntent(id, caller, { kind: "Promotion", subject: `${environment}/${application}`, reason, edit });
      await submitIntent(deps, intent, caller, signal);
    }
    return recheckAt === undefined ? { kind: "done" } : { kind: "recheck", at: recheckAt };
  };
