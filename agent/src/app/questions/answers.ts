import type { Json } from "@drover/kit";
import type { DiffAnswer, EventsAnswer, LiveAnswer, RefreshAnswer, TreeAnswer } from "@drover/proto/wire";
import type { AnswerStream } from "./answer-stream.ts";
import type { Asked } from "./asked.ts";
import { diffAnswer, dryRunAnswer } from "./diff.ts";
import { eventsAnswer } from "./events.ts";
import { liveAnswer } from "./live.ts";
import { streamLogs } from "./logs.ts";
import { refreshAnswer } from "./refresh.ts";
import { treeAnswer } from "./tree.ts";

type Whole = DiffAnswer | EventsAnswer | LiveAnswer | RefreshAnswer | TreeAnswer;

/** The answer, for the mask to see. Undefined: it was a log, and has been sent as it came. */
export async function answerTo(
  asked: Asked,
  stream: AnswerStream,
  rerun: (signal: AbortSignal) => Promise<void>,
): Promise<Json | undefined> {
  return asked.query.kind === "logs" ? streamLogs(asked, stream) : ((await whole(asked, rerun)) as unknown as Json);
}

function whole(asked: Asked, rerun: (signal: AbortSignal) => Promise<void>): Promise<Whole> {
  switch (asked.query.kind as Exclude<Asked["query"]["kind"], "logs">) {
    case "refresh":
      return refreshAnswer(asked, rerun);
    case "tree":
      return treeAnswer(asked);
    case "live":
      return liveAnswer(asked);
    case "diff":
      return diffAnswer(asked);
    case "dryRun":
      return dryRunAnswer(asked);
    case "events":
      return eventsAnswer(asked);
  }
}
