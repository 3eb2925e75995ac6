import { createFailpoints } from "@drover/kit/node";

/**
 * Every point of a change's way at which a test kills the process, in the order of the way. `inside` is within a transaction, after its
 * last statement; the work after a point is found again by whoever looks next.
 */
export const failpoints = [
  "intent.added",
  "intents.taken",
  "intents.pushed",
  "intents.projected",
  "projection.commit.before",
  "projection.commit.inside",
  "projection.commit.after",
  "release.added",
  "render.saved",
  "placement.commit.before",
  "placement.commit.inside",
  "placement.commit.after",
  "rollout.commit.before",
  "rollout.commit.inside",
  "rollout.commit.after",
  "work.done",
  "work.settled",
  "publish.claimed",
  "publish.sent",
  "publish.marked",
  "sync.asked",
  "ingest.commit.before",
  "ingest.commit.inside",
  "ingest.commit.after",
  "gate.measured",
  "gate.recorded",
] as const;

/** And those that only a rollback passes. */
export const rollbackFailpoints = ["rollback.begun.inside", "quarantine.submitted", "quarantine.current", "quarantine.committed"] as const;

/** And those on the way of a message to its receiver. */
export const notificationFailpoints = [
  "notification.collect.before",
  "notification.collect.inside",
  "notification.collect.after",
  "notification.sent",
  "notification.recorded",
] as const;

export type Failpoint = (typeof failpoints)[number] | (typeof rollbackFailpoints)[number] | (typeof notificationFailpoints)[number];

/** Of the process, because a crash is: told once, before anything starts. */
const ofThisProcess = createFailpoints<Failpoint>();

export const failpoint = ofThisProcess.pass;
export const armFailpoint = ofThisProcess.arm;
