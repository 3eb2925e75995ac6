import type { FailingObject } from "@drover/proto/wire";

/** An object that the cluster will not have as the release wants it. */
export interface Refusal {
  /** Its kind and name. */
  readonly object: string;
  /** One word, such as Invalid or Forbidden. */
  readonly reason: string;
  /** The cluster's own words. */
  readonly message: string;
}

/**
 * Where no repetition helps: the object is no good, a quota, a right or a webhook stands against it. All else may pass by itself and is waited
 * for: a server that is busy, a webhook that does not answer, another manager's fields, a kind or a namespace that is not there yet.
 */
const refusals: ReadonlySet<string> = new Set([
  "Invalid",
  "ImmutableConflict",
  "Forbidden",
  "NotAllowed",
  "Duplicate",
  "InvalidAnnotation",
]);

/** Without its bundle nothing of a release has been tried; what fails then is of the one before. */
const untried: ReadonlySet<string> = new Set(["BundleUnavailable", "BundleInvalid"]);

/** The first object that the cluster refuses, by the words of its agent. */
export function refusalOf({
  reason,
  failing,
}: {
  readonly reason?: string | undefined;
  readonly failing: readonly FailingObject[];
}): Refusal | undefined {
  if (untried.has(reason ?? "")) return undefined;
  const refused = failing.find((object) => refusals.has(object.reason));
  return refused && { object: `${refused.kind} ${fullName(refused)}`, reason: refused.reason, message: refused.message };
}

const fullName = ({ namespace, name }: FailingObject): string => (namespace === undefined ? name : `${namespace}/${name}`);
