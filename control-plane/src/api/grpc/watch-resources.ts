import type { DescMessage } from "@bufbuild/protobuf";
import type { WatchId } from "@drover/proto/rest";
import { createResourceWatch, type ResourceChange, type Watched } from "../../app/watch/watch-resource.ts";
import type { ApiDeps } from "../deps.ts";
import { watchOperations, type WatchRequest } from "../operations/watches.ts";
import { type ListIdentity, readWatchCursor, watchCursor } from "../page-token.ts";
import type { OpenStream } from "./serve-stream.ts";

/** Lists as they change, by the watch's operation and the message that tells a change. */
export function createResourceWatches(
  deps: Pick<ApiDeps, "events" | "clock" | "reads" | "tokens">,
): (operation: WatchId, output: DescMessage) => OpenStream {
  const watches = watchOperations(deps);
  const watch = createResourceWatch(deps);
  return (operation, output) => {
    const field = objectField(output);
    return async ({ params, query, signal }) => {
      const list: ListIdentity = { operation, params, query };
      const watched = await (watches[operation] as (request: AnyRequest) => Promise<Watched>)({ ...list } as AnyRequest);
      const { after } = list.query;
      const position = after === undefined ? undefined : readWatchCursor(list, after);
      return messages(await watch(watched, position, signal), list, field);
    };
  };
}

/** Its operation's schemas have judged it. */
type AnyRequest = WatchRequest<WatchId>;

/** A change's object has a field of its kind's name. */
const objectField = ({ fields }: DescMessage): string => fields.find(({ message }) => message !== undefined)?.jsonName ?? "object";

async function* messages(
  batches: AsyncIterable<readonly ResourceChange[]>,
  list: ListIdentity,
  field: string,
): AsyncGenerator<object, void> {
  for await (const batch of batches)
    for (const { position, ...change } of batch) {
      const { object, ...said } = { object: undefined, ...change };
      yield {
        ...said,
        ...(object === undefined ? {} : { [field]: object }),
        ...(position === undefined ? {} : { cursor: watchCursor(list, position) }),
      };
    }
}
