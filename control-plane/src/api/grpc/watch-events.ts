import type { Query } from "@drover/proto/rest";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import type { OpenStream } from "./serve-stream.ts";

export const watchEvents =
  ({ events }: Pick<ApiDeps, "events">): OpenStream =>
  async (request) => {
    const query = request.query as Query<"watchEvents">;
    return eachOf(await events.watch(eventFilter(query), query.after, request.signal));
  };

async function* eachOf<Event>(batches: AsyncIterable<readonly Event[]>): AsyncGenerator<{ readonly event: Event }, void> {
  for await (const batch of batches) for (const event of batch) yield { event };
}
