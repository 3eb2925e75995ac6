import { DroverError } from "@drover/kit";

/** What a person needs of an error: what happened, its stable word, and what to name when asking for help. */
export interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly requestId?: string;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof DroverError)) return { message: error instanceof Error ? error.message : String(error) };
  const { requestId } = error.details;
  return { message: error.message, code: error.code, ...(typeof requestId === "string" ? { requestId } : {}) };
}
