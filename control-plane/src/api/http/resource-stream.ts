import type { WatchId } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createResourceWatch, type ResourceChange, type Watched } from "../../app/watch/watch-resource.ts";
import type { ApiDeps } from "../deps.ts";
import type { WatchOperations, WatchRequest } from "../operations/watches.ts";
import { type ListIdentity, readWatchCursor, watchCursor } from "../page-token.ts";
import { type ServeStream, texts } from "./sse.ts";

/** Lists as they change, one stream for each operation that watches. */
export function createResourceStreams({ events, clock }: Pick<ApiDeps, "events" | "clock">, watches: WatchOperations, serve: ServeStream) {
  const watch = createResourceWatch({ events, clock });

  return (operation: WatchId) =>
    (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      serve(request, reply, async (after, signal) => {
        const asked = { operation, params: request.params, query: request.query } as AnyRequest;
        const list: ListIdentity = asked;
        const watched = await (watches[operation] as (request: AnyRequest) => Promise<Watched>)(asked);
        const position = after === undefined ? undefined : readWatchCursor(list, after);
        return texts(await watch(watched, position, signal), (batch) => batch.map((change) => textOf(list, change)).join(""));
      });
}

/** Its route has validated it. */
type AnyRequest = WatchRequest<WatchId>;

function textOf(list: ListIdentity, { position, ...change }: ResourceChange): string {
  const id = position === undefined ? "" : `id: ${watchCursor(list, position)}\n`;
  return `${id}event: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`;
}
