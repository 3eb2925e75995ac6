import { plural } from "@drover/kit";
import type { NotificationEvent, Severity } from "@drover/proto/fleet";
import type { RolloutEvent } from "../rollout/phase.ts";
import type { LoggedEvent, NotificationFacts, RolloutFacts } from "./facts.ts";
import type { Fact, Incident, Message } from "./message.ts";
import { text } from "./event-body.ts";
import { projectOf } from "./project-of.ts";

interface Phrase {
  readonly event: NotificationEvent;
  readonly severity: Severity;
  /** "web in production <verb>". */
  readonly verb: string;
  readonly incident?: Incident["action"];
}

/** What each step of a rollout is told as. Clusters' own steps are told by nobody: one message a phase is what people read. */
const phrases: Readonly<Record<RolloutEvent, Phrase>> = {
  started: { event: "RolloutStarted", severity: "Info", verb: "has started" },
  paused: { event: "RolloutPaused", severity: "Info", verb: "is paused" },
  resumed: { event: "RolloutResumed", severity: "Info", verb: "goes on", incident: "resolve" },
  budgetSpent: { event: "RolloutHalted", severity: "Critical", verb: "has halted", incident: "trigger" },
  rollbackStarted: { event: "RolloutRollingBack", severity: "Critical", verb: "has failed and is rolling back", incident: "trigger" },
  rolledBack: { event: "RolloutRolledBack", severity: "Warning", verb: "was rolled back", incident: "resolve" },
  completed: { event: "RolloutCompleted", severity: "Info", verb: "has completed", incident: "resolve" },
  superseded: { event: "RolloutSuperseded", severity: "Info", verb: "gave way to a newer one", incident: "resolve" },
  aborted: { event: "RolloutAborted", severity: "Warning", verb: "was aborted", incident: "resolve" },
  takenUp: { event: "RolloutResumed", severity: "Info", verb: "is taken up again" },
};

/** Undefined for steps that are no phase, and for a rollback's own beginning and end: the rollout that it takes back tells of them. */
export function tellOfRollout({ at, subject, body }: LoggedEvent, facts: NotificationFacts): Message | undefined {
  const step = text(body["event"]);
  const rollout = facts.rollouts.get(text(body["id"]) ?? "");
  if (rollout === undefined || step === undefined || !isPhase(step)) return undefined;
  if (rollout.rollsBack !== undefined && (step === "started" || step === "completed")) return undefined;
  const { event, severity, verb, incident } = phrases[step];
  const because = body["because"] as { readonly kind?: unknown; readonly reason?: unknown } | null | undefined;
  const isRecovered = step === "paused" && because?.kind === "Recovered";
  const { application, environment, kind, revision } = rollout;
  return {
    event,
    severity: isRecovered ? "Warning" : severity,
    subject,
    title: `${kind} of ${application} in ${environment} ${verb}`,
    text: isRecovered
      ? "The database knows nothing of what some clusters run. Look at the plan, then resume the rollout."
      : describe(step, rollout, text(body["actor"]), text(because?.reason)),
    facts: [
      { name: "Revision", value: revision },
      ...(rollout.previousRevision === undefined ? [] : [{ name: "Before", value: rollout.previousRevision }]),
      { name: "Clusters", value: counts(rollout) },
      { name: "By", value: rollout.actor },
      ...(rollout.failed.length === 0 ? [] : [{ name: "Failed", value: rollout.failed.join(", ") } satisfies Fact]),
    ],
    path: `/rollouts/${rollout.id}`,
    at,
    concerns: { projects: [projectOf(facts, application)], environments: [environment], applications: [application] },
    ...(incident === undefined ? {} : { incident: { key: subject, action: incident } }),
  };
}

const isPhase = (step: string): step is RolloutEvent => Object.hasOwn(phrases, step);

function describe(
  step: RolloutEvent,
  { failed, targets, reason }: RolloutFacts,
  actor: string | undefined,
  why: string | undefined,
): string {
  if (why !== undefined && actor !== undefined) return `${actor}: ${why}`;
  if (step === "budgetSpent" || step === "rollbackStarted") {
    const count = targets["failed"] ?? failed.length;
    return count === 0
      ? "A gate has failed."
      : `${plural(count, "cluster")} failed: ${failed.join(", ")}${count > failed.length ? ", …" : ""}`;
  }
  return reason;
}

const shownStates = ["succeeded", "failed", "inFlight", "waiting", "offline", "skipped"] as const;
const words: Readonly<Record<(typeof shownStates)[number], string>> = {
  succeeded: "succeeded",
  failed: "failed",
  inFlight: "in flight",
  waiting: "waiting",
  offline: "offline",
  skipped: "skipped",
};

function counts({ targets }: RolloutFacts): string {
  const shown = shownStates.filter((state) => (targets[state] ?? 0) > 0).map((state) => `${targets[state]} ${words[state]}`);
  return shown.length === 0 ? "none" : shown.join(", ");
}
