import { type Instant, type JsonObject, member, rfc3339 } from "@drover/kit";
import type { KubeObject } from "../../../app/kube.ts";
import { conditionOf } from "./pods.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export const timestamp = (at: Instant): string => rfc3339(at).replace(/\.\d+Z$/, "Z");

/** The condition as it is stored: its transition time moves only with its status. */
export function conditionAt(object: KubeObject, { type, status, reason, message }: Condition, now: Instant): JsonObject {
  const before = conditionOf(object, type);
  const since = member(before, "status") === status ? member(before, "lastTransitionTime") : undefined;
  return { type, status, reason, message, lastTransitionTime: since ?? timestamp(now) };
}
