import { DroverError, type Json } from "@drover/kit";
import type { AnswerStream } from "./answer-stream.ts";
import type { Asked } from "./asked.ts";
import { refreshAnswer } from "./refresh.ts";
import { treeAnswer } from "./tree.ts";

/** The answer, for the mask to see. Streams are sent as they come. */
export async function answerTo(
  asked: Asked,
  _stream: AnswerStream,
  rerun: (signal: AbortSignal) => Promise<void>,
): Promise<Json | "streamed"> {
  switch (asked.query.kind) {
    case "refresh":
      return (await refreshAnswer(asked, rerun)) as Json;
    case "tree":
      return (await treeAnswer(asked)) as unknown as Json;
    default:
      throw new DroverError("invalid", "QUERY_UNSUPPORTED", `answer ${asked.query.kind}: this agent is too old; upgrade it`);
  }
}
