import type { ServerResponse } from "node:http";
import { DroverError } from "@drover/kit";
import type { Params, Query } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../app/access/caller.ts";
import type { LogPiece } from "../../app/question/follow-log.ts";
import type { ApiDeps } from "../deps.ts";
import { guardToken } from "../guard-token.ts";
import { openLogs, positionText } from "../open-logs.ts";
import { headersOf, writeWithin } from "./hijacked.ts";
import type { ServeStream } from "./sse.ts";

/**
 * Serves a pod's lines, piece by piece as the agent sends them. As `text/event-stream`, for who asks for that, each message says where to go
 * on, and `End` that the container has ended; as `text/plain`, what goes wrong midway is seen as a body that breaks off.
 */
export function createLogStreams(
  deps: Pick<ApiDeps, "reads" | "questions" | "recordAudit" | "tokens" | "clock" | "streams">,
  serve: ServeStream,
  closing: AbortSignal,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = {
      params: request.params as Params<"getApplicationLogs">,
      query: request.query as Query<"getApplicationLogs">,
      caller: callerOf(request),
      requestId: request.id,
    };
    if (request.headers.accept?.startsWith("text/event-stream") === true)
      return serve(request, reply, async (after, signal) => messages(await openLogs(deps, { ...asked, after, signal })));

    const ended = new AbortController();
    reply.raw.once("close", () => ended.abort());
    const signal = AbortSignal.any([ended.signal, closing]);
    const leave = deps.streams.enter("rest", request.admitted?.principal);
    // Fails as a problem while the head is not written yet.
    const pieces = await openLogs(deps, { ...asked, signal }).catch((error: unknown) => {
      leave();
      throw error;
    });

    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { ...headersOf(reply), "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
    out.flushHeaders();
    const guard = guardToken(deps, request.admitted?.principal, ended);
    try {
      for await (const { text } of pieces) if (text !== "") await writeWithin(out, text, signal);
      out.end();
    } catch (error) {
      // A chunked body without its end: the client sees that lines are missing.
      breakOff(out, error);
    } finally {
      leave();
      clearInterval(guard);
      ended.abort();
    }
    return reply;
  };
}

async function* messages(pieces: AsyncIterable<LogPiece>): AsyncGenerator<string, void> {
  for await (const { text, reached } of pieces) {
    const id = reached === undefined ? "" : `id: ${positionText(reached)}\n`;
    if (text !== "") yield `${id}data: ${JSON.stringify({ text })}\n\n`;
  }
  yield "event: End\ndata: {}\n\n";
}

function callerOf({ admitted }: FastifyRequest): Caller {
  if (admitted === undefined) throw new DroverError("internal", "INTERNAL", "a stream began before its gate");
  return admitted.caller;
}

/** The end of a follow is no failure: the time is up, or this replica stops. */
function breakOff(out: ServerResponse, error: unknown): void {
  if (error instanceof DroverError && error.kind === "cancelled") out.end();
  else out.destroy();
}
