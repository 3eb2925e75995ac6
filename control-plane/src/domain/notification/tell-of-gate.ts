import { plural } from "@drover/kit";
import { text } from "./event-body.ts";
import { gateKey, type LoggedEvent, type NotificationFacts } from "./facts.ts";
import type { Message } from "./message.ts";
import { projectOf } from "./project-of.ts";

export interface GateMessage extends Message {
  /** The question that is asked: its answers so far change the gate, and are not told again. */
  readonly cause: string;
}

/** Of gates that ask people, once for each time they are asked. What is measured decides by itself, and a failure halts the rollout. */
export function tellOfGate({ at, body }: LoggedEvent, facts: NotificationFacts): GateMessage | undefined {
  const { id, application, environment, gate, wave, when, state, message } = Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, text(value)]),
  );
  if (id === undefined || application === undefined || environment === undefined || gate === undefined || state !== "Open")
    return undefined;
  const asked = facts.gates.get(gateKey(id, when ?? "", wave ?? "", gate));
  if (asked === undefined || asked.type !== "Approval") return undefined;
  const rollout = facts.rollouts.get(id);
  return {
    cause: `gate ${asked.run} ${asked.attempt}`,
    event: "GateWaiting",
    severity: "Warning",
    subject: `rollouts/${id}`,
    title: `${application} in ${environment} waits for approval`,
    text: `Gate ${gate}, ${when?.toLowerCase()} wave ${wave}, needs ${plural(asked.requiredApprovals, "approval")}${message === undefined ? "" : `: ${message}`}`,
    facts: [
      { name: "Gate", value: gate },
      ...(rollout === undefined
        ? []
        : [
            { name: "Revision", value: rollout.revision },
            { name: "By", value: rollout.actor },
            { name: "Reason", value: rollout.reason },
          ]),
      { name: "Approve", value: `drover rollout approve ${application} --environment ${environment} --gate ${gate}` },
    ],
    path: `/rollouts/${id}`,
    at,
    concerns: { projects: [projectOf(facts, application)], environments: [environment], applications: [application] },
  };
}
