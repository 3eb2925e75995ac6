import { parseDuration } from "@drover/kit";
import type { KeyPath } from "./fleet-yaml.ts";
import type { ObjectFault } from "./object-fault.ts";

/** Longer waits belong into a person's calendar; the bound also keeps sums of times exact. */
const longestDurationMs = 30 * 86_400_000;

export const checkDuration = (text: string, keys: KeyPath): readonly ObjectFault[] =>
  parseDuration(text) <= longestDurationMs ? [] : [{ keys, code: "FLEET_DURATION_INVALID", message: `${text} is longer than 30d` }];
