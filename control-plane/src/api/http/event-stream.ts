import type { Event } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import { type ServeStream, texts } from "./sse.ts";

/** The events themselves, as they happen. */
export const createEventStreams =
  ({ events }: Pick<ApiDeps, "events">, serve: ServeStream) =>
  (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const query = request.query as { readonly kind?: string; readonly subject?: string };
    return serve(request, reply, async (after, signal) => texts(await events.watch(eventFilter(query), after, signal), textOf));
  };

const textOf = (batch: readonly Event[]): string =>
  batch.map((event) => `id: ${event.cursor}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`).join("");
