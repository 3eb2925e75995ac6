import { DroverError, isJsonObject, toDroverError } from "@drover/kit";
import { textOf } from "../../domain/manifest-fields.ts";
import type { Failure } from "../../domain/status/application-status.ts";

/** The word under which an error of the Kubernetes port reaches people. */
const words: Readonly<Record<string, string>> = {
  KUBE_CONFLICT: "Conflict",
  OBJECT_CONFLICT: "Conflict",
  KUBE_IMMUTABLE: "ImmutableConflict",
  KUBE_INVALID: "Invalid",
  KUBE_FORBIDDEN: "Forbidden",
  KUBE_NOT_FOUND: "NotFound",
  KUBE_STALE: "Changing",
  KUBE_THROTTLED: "Throttled",
  KUBE_UNAVAILABLE: "Unavailable",
  KUBE_TIMEOUT: "Unavailable",
  KIND_UNKNOWN: "UnknownKind",
  OBJECT_TERMINATING: "Terminating",
  NAMESPACE_TERMINATING: "Blocked",
  OBJECT_SUSPENDED: "Suspended",
  LEASE_NOT_HELD: "LeaseNotHeld",
  CRD_NOT_ESTABLISHED: "NotEstablished",
  BUNDLE_UNAVAILABLE: "BundleUnavailable",
  BUNDLE_CORRUPT: "BundleInvalid",
  BUNDLE_INVALID: "BundleInvalid",
  IGNORE_INVALID: "IgnoreInvalid",
};

export function failureOf(thrown: unknown): Failure {
  const error = toDroverError(thrown);
  return { reason: words[error.code] ?? "ApplyFailed", message: textOfFailure(error) };
}

function textOfFailure(error: DroverError): string {
  switch (error.code) {
    case "KUBE_CONFLICT":
      return conflictText(error);
    case "KUBE_IMMUTABLE":
      return immutableText(error);
    case "NAMESPACE_TERMINATING":
      return error.message;
    default:
      return messageOf(error);
  }
}

/** Which fields, and what to do: the server's own words about them are long and come without it. */
function immutableText(error: DroverError): string {
  const fields = Array.isArray(error.details["fields"]) ? error.details["fields"].map(textOf) : [];
  if (fields.length === 0) return messageOf(error);
  const because = textOf(error.details["because"]);
  const advice = because === "" ? "set Recreate=true to have it deleted and made anew" : `it is not recreated, because ${because}`;
  return `${fields.join(", ")} cannot be changed: ${advice}`;
}

/** "kubectl owns .spec.replicas, .spec.template.…": whom to talk to, and about what. */
function conflictText(error: DroverError): string {
  const conflicts = Array.isArray(error.details["conflicts"]) ? error.details["conflicts"].filter(isJsonObject) : [];
  const byManager = Map.groupBy(conflicts, (conflict) => textOf(conflict["manager"]));
  const texts = Array.from(byManager, ([manager, owned]) => `${manager} owns ${owned.map(({ field }) => textOf(field)).join(", ")}`);
  return texts.join("; ") || error.message;
}

const messageOf = (error: DroverError): string => {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
};
