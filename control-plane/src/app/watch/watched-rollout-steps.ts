import { createHash } from "node:crypto";
import { canonicalJson } from "@drover/kit";
import type { RolloutTransition, TimelineEntry } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { RolloutReads } from "../read-models.ts";
import { narrowedList, whole } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** What is recorded of a rollout, step by step. Every step has an event that names it, and none is ever changed. */
export const watchedTransitions = (
  reads: Pick<RolloutReads, "transitions">,
  rollout: string,
  asked: ListRequest,
): Watched<RolloutTransition> => ({
  events: { kinds: ["RolloutChanged", "RolloutRevised"], subject: `rollouts/${rollout}` },
  subjectsOf: ({ body }) => (typeof body["step"] === "number" ? [`${body["step"]}/`] : []),
  creates: () => true,
  isLasting: true,
  keyOf: ({ step, clusterId }) => `${step}/${clusterId ?? ""}`,
  nameOf: ({ step, cluster }) => (cluster === undefined ? String(step) : `${step}/${cluster}`),
  ...narrowedList(
    (request) => reads.transitions(rollout, request),
    asked,
    (steps) => ({ step: steps.map((step) => step.slice(0, -1)) }),
  ),
});

/** Told in few entries, whatever the size of the rollout; what people order of the fleet is in it too. */
export const watchedTimeline = (reads: Pick<RolloutReads, "timeline">, rollout: string, asked: ListRequest): Watched<TimelineEntry> => ({
  events: { kinds: [...ordered, "RolloutChanged", "RolloutRevised", "TargetChanged", "GateChanged"], subject: undefined },
  subjectsOf: ({ kind, subject }) => (ordered.includes(kind) || subject === `rollouts/${rollout}` ? ["/"] : []),
  isLasting: true,
  keyOf: entryKey,
  nameOf: entryKey,
  ...narrowedList((request) => reads.timeline(rollout, request), asked, whole),
});

const ordered = ["AuditRecorded", "PromotionCommitted", "RollbackCommitted"];

/** An entry is only what it says: it has no id, and never changes. */
const entryKey = (entry: TimelineEntry): string => createHash("sha256").update(canonicalJson(entry)).digest("base64url").slice(0, 16);
