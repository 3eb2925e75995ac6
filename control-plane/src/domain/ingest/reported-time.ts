import { type Instant, instant, rfc3339 } from "@drover/kit";

/** A day's difference between clocks is a fault of somebody's; a time beyond it is taken for now. */
const maxAheadMs = 86_400_000;

/** A time as an agent gave it, in a form that is one. Undefined for what is no time at all: an agent's clock decides nothing here. */
export function reportedTime(text: string | undefined, now: Instant): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  if (!Number.isFinite(at) || at < 0) return undefined;
  return rfc3339(instant(at > now + maxAheadMs ? now : at));
}
