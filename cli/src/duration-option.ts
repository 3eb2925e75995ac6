import { parseDuration } from "@drover/kit";
import { InvalidArgumentError } from "commander";

/** For commander: a duration's milliseconds. */
export function durationOption(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
