import { DroverError } from "@drover/kit";
import type { IdempotencyKeys, StoredAnswer } from "../app/access/idempotency.ts";

/** One request of one caller, as its repetitions would look. */
export interface OnceKey {
  readonly subject: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  readonly requestHash: Uint8Array;
  /** The answer shows a secret. It is not stored, and repeating the request is refused. */
  readonly secret: boolean;
}

const keyForm = /^[\x21-\x7e]{1,128}$/;

/** Stands for an answer that was not kept. No answer with a body is empty. */
const withheld = "";

/**
 * Runs `work` once for each (subject, key) and answers repetitions with the first answer. A failure is forgotten, because it changed
 * nothing.
 */
export async function answerOnce(
  keys: IdempotencyKeys,
  { subject, key, requestHash, secret }: OnceKey,
  work: () => Promise<StoredAnswer>,
): Promise<{ readonly answer: StoredAnswer; readonly replayed: boolean }> {
  if (!keyForm.test(key))
    throw new DroverError("invalid", "IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must be 1 to 128 visible ASCII characters");
  const begun = await keys.begin(subject, key, requestHash);
  switch (begun.kind) {
    case "running":
      throw new DroverError(
        "wrong-state",
        "IDEMPOTENCY_IN_PROGRESS",
        "a request with this Idempotency-Key is still running: ask again in a moment",
      );
    case "other-request":
      throw new DroverError("exists", "IDEMPOTENCY_KEY_REUSED", "this Idempotency-Key was used with another request: take a new key");
    case "answered":
      if (begun.answer.body === withheld)
        throw new DroverError(
          "exists",
          "IDEMPOTENCY_ANSWER_WITHHELD",
          "this request was answered with a secret, which is not kept: make another one",
        );
      return { answer: begun.answer, replayed: true };
    case "begun": {
      const answer = await work().catch(async (error: unknown) => {
        await keys.forget(subject, key, begun.startedAt);
        throw error;
      });
      await keys.finish(subject, key, begun.startedAt, secret ? { ...answer, body: withheld } : answer);
      return { answer, replayed: false };
    }
  }
}
