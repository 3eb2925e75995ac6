import type { Instant } from "@drover/kit";

/**
 * The queues of keys. Each key is a thing to look at again, not an event: what to do is found out by looking.
 *
 * | queue | key | worker's question |
 * |---|---|---|
 * | fleet | `head` | what did the fleet repository's newest commits change? |
 * | write | `head` | which intents wait to become commits? |
 * | source | `<repository> <ref>` | where does this ref point now? |
 * | placement | `<application> <environment>` | what should run there, and does it differ from the goals? |
 * | rollout | rollout id | which clusters may go next? |
 * | gate | id of a gate's run | is its condition met? |
 * | quarantine | id of a quarantine | is it in the fleet repository, with the pin that goes back? |
 * | promotion | `<application> <environment>` | may auto-promotion move the pin? |
 * | removal | `ApplicationRemoval <environment>/<application>`, `ClusterRemoval <cluster>` | who still has to remove what, and is it done? |
 * | notification | name of a notification | what waits to be sent there? |
 */
export const queues = [
  "fleet",
  "write",
  "source",
  "placement",
  "rollout",
  "gate",
  "quarantine",
  "promotion",
  "removal",
  "notification",
] as const;
export type Queue = (typeof queues)[number];

export interface Claim {
  readonly queue: Queue;
  readonly key: string;
  /** Fences the claimant's writes: a later claim has a higher one. */
  readonly leaseEpoch: number;
  /** How often the key had been asked for when it was claimed. */
  readonly asked: number;
  /** Failures in a row before this claim. */
  readonly attempts: number;
}

/** How work on a key ended. */
export type Outcome =
  | { readonly kind: "done" }
  /** Look again then, even when nobody asks. */
  | { readonly kind: "recheck"; readonly at: Instant }
  /** It failed; `retryAt` is absent when trying again cannot help before somebody changes something. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly retryAt?: Instant };

export interface WorkQueue {
  /** Asks for a look at the key, now unless `at` is given. Asking for an earlier time wins. */
  ask(queue: Queue, keys: readonly string[], at?: Instant): Promise<void>;
  claim(queue: Queue, limit: number, leaseMs: number): Promise<readonly Claim[]>;
  /** Keeps a claim for another `leaseMs`. False when it was lost to somebody else: stop working on it. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>;
  /** False when the claim was lost to somebody else; their result counts then. */
  settle(claim: Claim, outcome: Outcome): Promise<boolean>;
}
