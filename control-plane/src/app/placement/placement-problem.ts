import { DroverError } from "@drover/kit";
import type { Problem } from "../../domain/release/release.ts";

const isProblem: ReadonlySet<string> = new Set(["invalid", "not-found", "forbidden"]);

/** What somebody has to change becomes the placement's problem; anything else is thrown on and tried again. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof DroverError) || !isProblem.has(error.kind)) throw error;
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details };
  return { code: error.code, message: error.message, ...details };
}
