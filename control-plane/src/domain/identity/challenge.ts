import { createHmac, timingSafeEqual } from "node:crypto";
import { DroverError, type Instant, instant, later, type Secret } from "@drover/kit";

/** Long enough for a slow link, short enough that used nonces need not be remembered for long. */
const lifetimeMs = 2 * 60 * 1000;
const randomBytes = 16;

/**
 * A nonce that proves by itself that we made it and until when it counts: asking for challenges stores nothing, so nobody can
 * fill a table with them. That it is used only once is for the database to see.
 */
export function makeChallenge(key: Secret, now: Instant, random: Uint8Array): { readonly nonce: string; readonly expiresAt: Instant } {
  if (random.length !== randomBytes) throw new RangeError(`a challenge takes ${randomBytes} random bytes`);
  const expiresAt = later(now, lifetimeMs);
  const body = Buffer.alloc(6 + randomBytes);
  body.writeUIntBE(expiresAt, 0, 6);
  body.set(random, 6);
  return { nonce: Buffer.concat([body, authentication(key, body)]).toString("base64url"), expiresAt };
}

/** When the nonce expires. Throws `unauthenticated` CHALLENGE_INVALID or CHALLENGE_EXPIRED. */
export function checkChallenge(key: Secret, now: Instant, nonce: string): Instant {
  const bytes = Buffer.from(nonce, "base64url");
  const body = bytes.subarray(0, 6 + randomBytes);
  const expected = authentication(key, body);
  const given = bytes.subarray(6 + randomBytes);
  // Comparing the text too: base64url has several spellings of the same bytes, and each must not be a nonce of its own.
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || bytes.toString("base64url") !== nonce)
    throw new DroverError("unauthenticated", "CHALLENGE_INVALID", "check challenge: the nonce is not ours; ask for a new one");
  const expiresAt = instant(body.readUIntBE(0, 6));
  if (expiresAt <= now)
    throw new DroverError("unauthenticated", "CHALLENGE_EXPIRED", "check challenge: the nonce is too old; ask for a new one");
  return expiresAt;
}

const authentication = (key: Secret, body: Uint8Array): Buffer =>
  createHmac("sha256", Buffer.from(key.reveal(), "base64")).update("drover challenge v1").update(body).digest();
