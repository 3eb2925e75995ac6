import type { Instant } from "@drover/kit";

/** An answer that a repeated request gets again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * One effect for each (subject, key). `begin` is an insert: of two requests at once, one begins and the other is told `running`.
 * A key is kept for a day; one whose request never ended (the process died) may be begun again after a while.
 */
export interface IdempotencyKeys {
  begin(subject: string, key: string, requestHash: Uint8Array): Promise<Begun>;
  /** Keeps the answer, if this beginning still owns the key. */
  finish(subject: string, key: string, startedAt: Instant, answer: StoredAnswer): Promise<void>;
  /** Forgets a request that had no effect, so that it may be tried again. */
  forget(subject: string, key: string, startedAt: Instant): Promise<void>;
}

export type Begun =
  | { readonly kind: "begun"; readonly startedAt: Instant }
  | { readonly kind: "running" }
  | { readonly kind: "other-request" }
  | { readonly kind: "answered"; readonly answer: StoredAnswer };
