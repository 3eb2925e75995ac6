import type { Instant } from "@drover/kit";
import type { Failure } from "../status/application-status.ts";
import type { LeftoverLive } from "./leftover.ts";

/** Controllers clean up behind what is deleted; one that takes longer is most likely gone or broken. */
const stuckAfterMs = 10 * 60_000;

/** Who does not let a dying object go. Its finalizers are never ours to take off: what they protect is not known here. */
export function stuckFinalizers(live: LeftoverLive, now: Instant): Failure | undefined {
  if (live.kind !== "live" || !live.deleting || live.deleting.finalizers.length === 0) return undefined;
  const { since, finalizers } = live.deleting;
  if (now - Date.parse(since) < stuckAfterMs) return undefined;
  const minutes = Math.floor((now - Date.parse(since)) / 60_000);
  return {
    reason: "FinalizerStuck",
    message: `deleted ${minutes} minutes ago and held by ${finalizers.join(", ")}: whoever put it there has to let go`,
  };
}
