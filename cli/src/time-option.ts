import { parseDuration } from "@drover/kit";
import { InvalidArgumentError } from "commander";

/** For commander: `24h` is a day ago; a time stands as it is. */
export const pastTime = (text: string): string => timeFrom(text, -1, "how long ago, like 24h, or a time, like 2026-11-21T08:00:00Z");

/** For commander: `72h` is in three days; a time stands as it is. */
export const timeAhead = (text: string): string => timeFrom(text, 1, "how far ahead, like 72h, or a time, like 2026-11-30T08:00:00Z");

function timeFrom(text: string, direction: 1 | -1, wanted: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Date.now() + direction * durationOf(text);
  if (!Number.isFinite(at)) throw new InvalidArgumentError(`write ${wanted}`);
  // Files of the fleet repository know no fractions of seconds.
  return direction === 1 ? `${new Date(at).toISOString().slice(0, 19)}Z` : new Date(at).toISOString();
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return Number.NaN;
  }
}
