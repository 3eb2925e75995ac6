import type { Rollout } from "@drover/proto/rest";
import { isActive } from "../../domain/rollout/phase.ts";
import type { ApiDeps } from "../deps.ts";
import { type OpenStream, textOf } from "./serve-stream.ts";

type WatchDeps = Pick<ApiDeps, "events"> & { readonly reads: Pick<ApiDeps["reads"], "rollouts"> };

/** The rollout as it is, then after each change, until it is over. A slow client gets fewer, newer states: none is queued. */
export const watchRollout =
  ({ events, reads }: WatchDeps): OpenStream =>
  async ({ params, signal }) => {
    const id = textOf(params, "rollout");
    // The watch begins before the first look: what changes in between is seen twice rather than never.
    const batches = await events.watch({ kinds: [], subject: `rollouts/${id}` }, undefined, signal);
    return states(await reads.rollouts.get(id), batches, () => reads.rollouts.get(id));
  };

/** Each state that differs from the one before. */
async function* states(
  first: Rollout,
  changes: AsyncIterable<unknown>,
  look: () => Promise<Rollout>,
): AsyncGenerator<{ readonly rollout: Rollout }, void> {
  yield { rollout: first };
  let { version } = first;
  if (!isActive(first.phase)) return;
  for await (const _change of changes) {
    const rollout = await look();
    if (rollout.version === version) continue;
    version = rollout.version;
    yield { rollout };
    if (!isActive(rollout.phase)) return;
  }
}
