/** How an error behaves wherever it surfaces; the code beside it says what happened. */
export type ErrorKind =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "exists"
  | "stale"
  | "precondition-required"
  | "wrong-state"
  | "exhausted"
  | "unavailable"
  | "timeout"
  | "cancelled"
  | "internal";

interface DroverErrorOptions extends ErrorOptions {
  /** Facts for machines. They reach API clients, so they never hold a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * An error that a caller can act on. `kind` chooses behaviour, `code` is a promise to users (documented in
 * docs/reference/errors.md), `message` is a lower-case phrase for people that names the operation and its subject.
 */
export class DroverError extends Error {
  override readonly name = "DroverError";
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(kind: ErrorKind, code: string, message: string, options: DroverErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? {};
  }
}

interface Boundary {
  readonly http: number;
  readonly grpc: number;
  /** Whether background work tries again by itself. */
  readonly retry: boolean;
}

/** The one table that turns an error into a response or a retry. Its readers: problem.ts, status.ts, settle.ts. */
export const boundaries = {
  invalid: { http: 400, grpc: 3, retry: false },
  unauthenticated: { http: 401, grpc: 16, retry: false },
  forbidden: { http: 403, grpc: 7, retry: false },
  "not-found": { http: 404, grpc: 5, retry: false },
  exists: { http: 409, grpc: 6, retry: false },
  "wrong-state": { http: 409, grpc: 9, retry: false },
  stale: { http: 412, grpc: 10, retry: true },
  "precondition-required": { http: 428, grpc: 9, retry: false },
  exhausted: { http: 429, grpc: 8, retry: true },
  unavailable: { http: 503, grpc: 14, retry: true },
  timeout: { http: 504, grpc: 4, retry: true },
  cancelled: { http: 499, grpc: 1, retry: true },
  internal: { http: 500, grpc: 13, retry: true },
} as const satisfies Record<ErrorKind, Boundary>;

/** Whatever was thrown, as a DroverError; what we did not foresee is `internal`. */
export const toDroverError = (thrown: unknown): DroverError =>
  thrown instanceof DroverError ? thrown : new DroverError("internal", "INTERNAL", "unexpected error", { cause: thrown });

/** The message of an error followed by those of its causes, for logs and terminals. */
export function errorChain(thrown: unknown): string {
  const messages: string[] = [];
  for (let error = thrown; error !== undefined && messages.length < 8; error = error instanceof Error ? error.cause : undefined)
    messages.push(error instanceof Error ? error.message : typeof error === "string" ? error : "something that is no error was thrown");
  return messages.join(": ");
}
