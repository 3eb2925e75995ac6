import { parseDuration } from "@drover/kit";
import { InvalidArgumentError, Option } from "commander";

/** For commander: a duration's milliseconds. */
export function durationOption(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** How long a command that waits does so; help shows what a person would write. */
export const timeoutOption = (when: string, usually: string): Option =>
  new Option("--timeout <duration>", when).argParser(durationOption).default(durationOption(usually), usually);
