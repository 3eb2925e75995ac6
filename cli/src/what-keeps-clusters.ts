import { canonicalJson } from "@drover/kit";
import type { Client, Rollout, WhyLink } from "@drover/proto/rest";
import { printable } from "./output/columns.ts";

/** Lines in one answer. */
const maxLines = 3;
const paceMs = 2_000;

/** What keeps clusters that a rollout is under way on, down to the object. Nothing where it cannot be told now: how far it is is known without. */
export async function whatKeepsClusters(client: Client, { id, targets }: Rollout, signal?: AbortSignal): Promise<readonly string[]> {
  if (targets.InFlight === 0) return [];
  const why = await client("explain", { query: { rollout: id }, signal }).catch(() => undefined);
  return causesOf(why?.links ?? []).slice(0, maxLines);
}

/** Below a cluster stands what keeps it. */
export const causesOf = (links: readonly WhyLink[]): readonly string[] => [
  ...new Set(
    links
      .filter(({ parent }) => parent !== undefined && links[parent]?.subject.startsWith("clusters/"))
      .map(({ message }) => printable(message)),
  ),
];

/** As often as somebody who reads it wants to know. A rollout that is done before is not asked about. */
export function lookPatiently(client: Client, signal?: AbortSignal): (rollout: Rollout) => Promise<readonly string[]> {
  let [known, lookedAt]: [readonly string[], number] = [[], performance.now()];
  let seen = "";
  return async (rollout) => {
    // What kept a cluster that has moved on keeps no other.
    const now = canonicalJson(rollout.targets);
    if (now !== seen) known = [];
    seen = now;
    if (performance.now() - lookedAt < paceMs) return known;
    known = await whatKeepsClusters(client, rollout, signal);
    lookedAt = performance.now();
    return known;
  };
}
