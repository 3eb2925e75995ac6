import { DroverError, type ErrorKind, isJsonObject, type Json, member, memberAt, textAt } from "@drover/kit";

/** What went wrong, as the server said it: an HTTP status with its `Status` object, or the same inside a watch. */
export interface Refusal {
  readonly status: number;
  /** The `Status` object, or the text of an answer that is no JSON. */
  readonly body: Json;
  readonly retryAfterSeconds?: number;
}

interface Cause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

interface Meaning {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly says: string;
}

/** The one translation of the API server's answers into the port's errors. `operation` is like `apply Secret shop/db`. */
export function refused(operation: string, refusal: Refusal): DroverError {
  const causes = causesOf(refusal.body);
  const { kind, code, says } = meaningOf(refusal, causes);
  const message = `${operation}: ${says}: ${serverMessage(operation, refusal.body, causes)}`;
  return new DroverError(kind, code, message, { details: detailsOf(code, operation, refusal, causes) });
}

function meaningOf(refusal: Refusal, causes: readonly Cause[]): Meaning {
  const reason = member(refusal.body, "reason");
  switch (refusal.status) {
    case 401:
      return { kind: "unauthenticated", code: "KUBE_UNAUTHENTICATED", says: "the API server refused our credentials" };
    case 403:
      return { kind: "forbidden", code: "KUBE_FORBIDDEN", says: "forbidden" };
    case 404:
      return { kind: "not-found", code: "KUBE_NOT_FOUND", says: "not found" };
    case 409:
      if (causes.some(isFieldConflict))
        return { kind: "wrong-state", code: "KUBE_CONFLICT", says: "other managers own some of its fields" };
      if (reason === "AlreadyExists") return { kind: "exists", code: "KUBE_EXISTS", says: "it exists already" };
      return { kind: "stale", code: "KUBE_STALE", says: "it has changed since it was read" };
    case 410:
      return { kind: "stale", code: "KUBE_GONE", says: "the resource version is too old, list again" };
    case 429:
      return { kind: "exhausted", code: "KUBE_THROTTLED", says: "the API server asks us to slow down" };
  }
  if (refusal.status === 422 && immutableFields(causes, refusal.body) !== undefined)
    return { kind: "invalid", code: "KUBE_IMMUTABLE", says: "it changes what cannot change, so it must be deleted and created anew" };
  if (refusal.status < 500 || isPermanent(refusal.body)) return { kind: "invalid", code: "KUBE_INVALID", says: "refused" };
  return { kind: "unavailable", code: "KUBE_UNAVAILABLE", says: `the API server failed (${refusal.status})` };
}

/** What the server answers 500 for although no repetition helps: an object that its schema cannot take. */
function isPermanent(body: Json): boolean {
  const message = member(body, "message");
  return (
    typeof message === "string" &&
    /failed to create typed patch object|field not declared in schema|duplicate entries for key/.test(message)
  );
}

function detailsOf(code: string, operation: string, refusal: Refusal, causes: readonly Cause[]): Readonly<Record<string, unknown>> {
  const said = namesSecret(operation) ? causes.map(({ field, reason }) => ({ field, reason })) : causes;
  switch (code) {
    case "KUBE_CONFLICT":
      return { conflicts: causes.filter(isFieldConflict).map(({ field, message }) => ({ manager: managerIn(message), field })) };
    case "KUBE_IMMUTABLE":
      return { fields: immutableFields(causes, refusal.body) ?? [], causes: said };
    case "KUBE_INVALID":
    case "KUBE_FORBIDDEN":
      return { status: refusal.status, causes: said };
    case "KUBE_THROTTLED":
    case "KUBE_UNAVAILABLE": {
      const seconds = refusal.retryAfterSeconds ?? memberAt(refusal.body, "details", "retryAfterSeconds");
      return { status: refusal.status, ...(typeof seconds === "number" ? { retryAfterMs: seconds * 1000 } : {}) };
    }
    case "KUBE_NOT_FOUND": {
      const name = memberAt(refusal.body, "details", "name");
      return typeof name === "string" ? { name } : {};
    }
    default:
      return { status: refusal.status };
  }
}

/** The server quotes values in its messages, so what it says about Secrets stays out of ours. */
function serverMessage(operation: string, body: Json, causes: readonly Cause[]): string {
  if (namesSecret(operation))
    return causes.map(({ field, reason }) => `${field} ${reason}`).join(", ") || textAt(body, "reason") || "no reason given";
  const message = member(body, "message");
  if (typeof message === "string" && message !== "") return message;
  return typeof body === "string" && body !== "" ? body.slice(0, 200).trim() : "no reason given";
}

const namesSecret = (operation: string): boolean => operation.split(" ")[1] === "Secret";

const isFieldConflict = ({ reason }: Cause): boolean => reason === "FieldManagerConflict";

/** `conflict with "kubectl-edit" with subresource "scale" using apps/v1 at …`: the first quoted word, in Go's quotes. */
function managerIn(message: string): string {
  const quoted = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
  if (quoted === undefined) return "";
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

const immutableWords =
  /immutable|may not change once set|may not be changed in an update|cannot change roleRef|updates to statefulset spec for fields other than|pod updates may not change fields/i;

function immutableFields(causes: readonly Cause[], body: Json): readonly string[] | undefined {
  const fields = causes.filter(({ message }) => immutableWords.test(message)).map(({ field }) => field);
  if (fields.length > 0) return [...new Set(fields)];
  const message = member(body, "message");
  return typeof message === "string" && immutableWords.test(message) ? [] : undefined;
}

function causesOf(body: Json): readonly Cause[] {
  const causes = memberAt(body, "details", "causes");
  return (Array.isArray(causes) ? (causes as readonly Json[]) : [])
    .filter(isJsonObject)
    .map((cause) => ({ field: textAt(cause, "field"), reason: textAt(cause, "reason"), message: textAt(cause, "message") }));
}
