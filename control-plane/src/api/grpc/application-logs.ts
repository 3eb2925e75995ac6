import type { Params, Query } from "@drover/proto/rest";
import type { LogPiece } from "../../app/question/follow-log.ts";
import type { ApiDeps } from "../deps.ts";
import { openLogs } from "../open-logs.ts";
import type { OpenStream } from "./serve-stream.ts";

export const applicationLogs =
  (deps: Pick<ApiDeps, "reads" | "questions" | "recordAudit">): OpenStream =>
  async ({ params, query, caller, requestId, signal }) => {
    const place = params as Params<"getApplicationLogs">;
    return texts(await openLogs(deps, { params: place, query: query as Query<"getApplicationLogs">, caller, requestId, signal }));
  };

async function* texts(pieces: AsyncIterable<LogPiece>): AsyncGenerator<{ readonly text: string }, void> {
  for await (const { text } of pieces) if (text !== "") yield { text };
}
