import { DroverError } from "@drover/kit";
import type { Event } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import { guardToken } from "../guard-token.ts";
import { headersOf, writeWithin } from "./hijacked.ts";

const heartbeatMs = 15_000;
/** A client that takes no bytes for this long is cut; it resumes with its last cursor. */
const drainDeadlineMs = 10_000;
const maxStreams = 1_000;

interface WatchQuery {
  readonly kind?: string;
  readonly subject?: string;
  readonly after?: string;
}

/** Serves `text/event-stream`. At most one batch is held for a slow client; the rest waits in the database. */
export function createEventStreams(deps: Pick<ApiDeps, "events" | "tokens" | "clock">, closing: AbortSignal) {
  let open = 0;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (open >= maxStreams)
      throw new DroverError("exhausted", "TOO_MANY_WATCHES", `watch events: ${maxStreams} streams are open; try another replica`);
    const query = request.query as WatchQuery;
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, closing]);
    reply.raw.once("close", () => ended.abort()); // also when the client leaves before the watch has begun
    const after = [request.headers["last-event-id"]].flat()[0] ?? query.after;
    // Fails as a problem while the head is not written yet.
    const batches = await deps.events.watch(eventFilter(query), after, signal);

    open += 1;
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { ...headersOf(reply), "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    out.flushHeaders();
    const heartbeat = setInterval(() => void (out.writableNeedDrain || out.write(":\n\n")), heartbeatMs);
    const guard = guardToken(deps, request.admitted?.principal, ended);
    try {
      for await (const batch of batches) await writeWithin(out, textOf(batch), drainDeadlineMs, signal);
    } catch {
      // The client is gone or too slow, or the database does not answer: the client resumes where it was.
    } finally {
      open -= 1;
      ended.abort();
      clearInterval(heartbeat);
      clearInterval(guard);
      out.end();
    }
    return reply;
  };
}

const textOf = (batch: readonly Event[]): string =>
  batch.map((event) => `id: ${event.cursor}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`).join("");
