import { type Instant, parseClusterId, parseInstant, Secret } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { createNkey, nkeyFromSeed, renewalProof } from "@drover/proto/wire";
import type { EnrolmentApi } from "./control-plane.ts";
import type { Enrolled } from "./enrol.ts";
import type { IdentityStore } from "./state/identity-store.ts";

export interface RenewDeps {
  readonly api: EnrolmentApi;
  readonly identities: IdentityStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly current: () => Enrolled;
  /** The new identity is stored; from now on it is the one to connect and sign with. */
  readonly renewed: (enrolled: Enrolled) => Promise<void>;
}

const retryAfterMs = 60_000;
/** setTimeout's own limit is 24.8 days. */
const longestSleepMs = 24 * 3_600_000;

/** Renews the identity from a third of its life on, for as long as the agent runs. */
export async function keepRenewed(deps: RenewDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const waitMs = dueInMs(deps.current(), deps.clock.now(), deps.random());
    await deps.clock.sleep(Math.min(waitMs, longestSleepMs), signal).catch(() => {});
    if (signal.aborted || waitMs > longestSleepMs) continue;
    try {
      await renew(deps, signal);
    } catch (err) {
      deps.log.warn({ err }, "the identity could not be renewed, trying again");
      await deps.clock.sleep(retryAfterMs, signal).catch(() => {});
    }
  }
}

/** Anywhere in the second third of its life, so that a fleet enrolled at once does not renew at once. */
export function dueInMs({ identity }: Enrolled, now: Instant, random: number): number {
  const issuedAt = parseInstant(identity.serverTime) ?? now;
  const expiresAt = parseInstant(identity.jwtExpiresAt) ?? now;
  const lifeMs = expiresAt - issuedAt;
  return Math.max(0, issuedAt + (lifeMs * (1 + random)) / 3 - now);
}

/** The new seed is stored before the server hears of it, so that a lost answer can be asked for again with the same key. */
export async function renew({ api, identities, current, renewed }: RenewDeps, signal: AbortSignal): Promise<void> {
  const { seed, identity } = current();
  const nextSeed = (await identities.load(signal))?.nextSeed ?? new Secret(createNkey("user").seedText);
  await identities.save({ seed, identity, nextSeed }, signal);
  const cluster = parseClusterId(identity.cluster);
  const { nonce } = await api.challenge(signal);
  const newPublicKey = nkeyFromSeed("user", nextSeed.reveal()).publicText;
  const proof = renewalProof(nonce, cluster, identity.renewals, newPublicKey);
  const signature = Buffer.from(nkeyFromSeed("user", seed.reveal()).sign(proof)).toString("base64");
  const next = await api.renew({ cluster, nonce, counter: identity.renewals, newPublicKey, signature }, signal);
  const enrolled = { seed: nextSeed, identity: next };
  await identities.save(enrolled, signal);
  await renewed(enrolled);
}
