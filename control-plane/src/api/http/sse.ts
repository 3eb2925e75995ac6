import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiDeps } from "../deps.ts";
import { guardToken } from "../guard-token.ts";
import { headersOf, writeWithin } from "./hijacked.ts";

/** A client that hears nothing for two of them takes the server for gone; the console says so on every page. */
const heartbeatMs = 5_000;

/** Batches of messages as text. What it throws before the first batch becomes a problem. */
export type OpenStream = (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<string>>;

export type ServeStream = (request: FastifyRequest, reply: FastifyReply, open: OpenStream) => Promise<FastifyReply>;

/** Serves `text/event-stream`. At most one batch is held for a slow client; the rest waits in the database. */
export function createStreams(deps: Pick<ApiDeps, "tokens" | "clock" | "log" | "streams">, closing: AbortSignal): ServeStream {
  return async (request, reply, open) => {
    const leave = deps.streams.enter("rest", request.admitted?.principal);
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, closing]);
    reply.raw.once("close", () => ended.abort()); // also when the client leaves before the watch has begun
    const { after } = request.query as { readonly after?: string };
    const batches = await open([request.headers["last-event-id"]].flat()[0] ?? after, signal).catch((error: unknown) => {
      leave();
      throw error;
    });

    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { ...headersOf(reply), "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    out.flushHeaders();
    const heartbeat = setInterval(() => void (out.writableNeedDrain || out.write(":\n\n")), heartbeatMs);
    const guard = guardToken(deps, request.admitted?.principal, ended);
    try {
      for await (const batch of batches) await writeWithin(out, batch, signal);
    } catch (err) {
      // Too slow, or what is to be sent cannot be read. The client sees the stream's end and resumes where it was.
      if (!signal.aborted)
        deps.log.warn({ err, requestId: request.id, operation: request.routeOptions.config.operation }, "stream broke off");
    } finally {
      leave();
      ended.abort();
      clearInterval(heartbeat);
      clearInterval(guard);
      out.end();
    }
    return reply;
  };
}

export async function* texts<Batch>(batches: AsyncIterable<Batch>, textOf: (batch: Batch) => string): AsyncGenerator<string, void> {
  for await (const batch of batches) yield textOf(batch);
}
