import { DroverError } from "@drover/kit";
import { type WatchRolloutRequest, WatchRolloutResponseSchema } from "@drover/proto/grpc";
import type { Rollout } from "@drover/proto/rest";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import type { Message } from "@bufbuild/protobuf";
import { isActive } from "../../domain/rollout/phase.ts";
import type { ApiDeps } from "../deps.ts";
import type { Admit } from "../admit.ts";
import { guardToken } from "../guard-token.ts";
import { contextOf } from "./call-context.ts";
import { statusOf } from "./status.ts";
import { toMessage } from "./words.ts";

type WatchDeps = Pick<ApiDeps, "events" | "tokens" | "clock" | "log" | "observe"> & { readonly reads: Pick<ApiDeps["reads"], "rollouts"> };

const maxWatches = 1_000;
const drainDeadlineMs = 10_000;
const operation = "getRollout";

/** Sends the rollout as it is, then after each change. A slow client gets fewer, newer states: none is queued. */
export function watchRollout(deps: WatchDeps, admit: Admit, closing: AbortSignal): handleServerStreamingCall<WatchRolloutRequest, Message> {
  let open = 0;

  return (call) => {
    const context = contextOf(call);
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, closing]);
    call.once("cancelled", () => ended.abort());

    const follow = async (): Promise<void> => {
      const { principal } = await admit({ operation, target: "/drover.v1.RolloutService/WatchRollout", ...context });
      if (open >= maxWatches)
        throw new DroverError("exhausted", "TOO_MANY_WATCHES", `watch rollout: ${maxWatches} streams are open; try another replica`);
      open += 1;
      const guard = guardToken(deps, principal, ended);
      try {
        for await (const rollout of changes(deps, call.request.rolloutId, signal)) await write(rollout);
      } finally {
        open -= 1;
        clearInterval(guard);
      }
      if (closing.aborted)
        throw new DroverError("unavailable", "SERVER_DRAINING", "watch rollout: this replica stops; watch again at another");
      if (ended.signal.aborted && principal !== undefined && !(await deps.tokens.stillGood(principal.tokenId)))
        throw new DroverError("unauthenticated", "TOKEN_INVALID", "watch rollout: the API token has expired or was revoked");
    };

    const write = async (rollout: Rollout): Promise<void> => {
      if (call.write(toMessage(WatchRolloutResponseSchema, { rollout }))) return;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(drainDeadlineMs)]);
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => reject(new DroverError("exhausted", "WATCH_CUT", "watch rollout: the client takes no more"));
        limit.addEventListener("abort", stop, { once: true });
        call.once("drain", () => {
          limit.removeEventListener("abort", stop);
          resolve();
        });
      });
    };

    const started = performance.now();
    const observe = (code: number): void =>
      deps.observe({ protocol: "grpc", operation: "watchRollout", code, seconds: (performance.now() - started) / 1000 });
    follow().then(
      () => {
        observe(0);
        call.end();
      },
      (error: unknown) => {
        const status = statusOf(error, context.requestId, deps.log);
        observe(status.code);
        call.destroy(status);
      },
    );
  };
}

/** Each state of the rollout that differs from the one before. Ends after the last one. */
async function* changes({ events, reads }: WatchDeps, id: string, signal: AbortSignal): AsyncGenerator<Rollout, void> {
  // The watch begins before the first look: what changes in between is seen twice rather than never.
  const batches = await events.watch({ kinds: [], subject: `rollouts/${id}` }, undefined, signal);
  let version = -1;
  const look = async (): Promise<Rollout | undefined> => {
    const rollout = await reads.rollouts.get(id);
    if (rollout.version === version) return undefined;
    version = rollout.version;
    return rollout;
  };
  const first = await look();
  if (first !== undefined) yield first;
  if (first !== undefined && !isActive(first.phase)) return;
  for await (const _batch of batches) {
    const rollout = await look();
    if (rollout === undefined) continue;
    yield rollout;
    if (!isActive(rollout.phase)) return;
  }
}
