import type { ErrorKind } from "@drover/kit";

/** What docs/reference/errors.md says of a code. */
export interface ErrorEntry {
  /** `shown`: no call fails with it; it stands on an object. */
  readonly kind: ErrorKind | "shown";
  /** Where HTTP has a status for exactly this; the kind's when absent. */
  readonly http?: number;
  readonly meaning: string;
  readonly cause: string;
  readonly action: string;
}

export type ErrorEntries = Readonly<Record<string, ErrorEntry>>;

export const entry = (kind: ErrorEntry["kind"], meaning: string, cause: string, action: string): ErrorEntry => ({
  kind,
  meaning,
  cause,
  action,
});
