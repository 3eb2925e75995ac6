import { type Instant, rfc3339 } from "@drover/kit";

/** One link of the chain from "it is not there yet" to what somebody can do about it. */
export interface Link {
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly numbers: Readonly<Record<string, number | string>>;
  /** When it may change by itself. */
  readonly next?: Instant | undefined;
  /** What a person can do, as a command where there is one. */
  readonly action?: string;
}

export const sinceText = (at: Instant | undefined): string => (at === undefined ? "never" : rfc3339(at));

/** Enough of a commit for people. */
export const short = (revision: string): string => (/^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : revision);

/** For a cluster that has no identity: never had one, or lost it. */
export const enrolAction = (cluster: string): string => `start its agent with a token of \`drover cluster token ${cluster}\``;

/** AMBIGUOUS_ENVIRONMENT is shown as AmbiguousEnvironment. */
export const kindOfCode = (code: string): string =>
  code
    .split("_")
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join("");
