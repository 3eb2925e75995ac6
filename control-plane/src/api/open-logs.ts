import { DroverError } from "@drover/kit";
import type { Params, Query } from "@drover/proto/rest";
import { type Query as ClusterQuestion, queryLimits } from "@drover/proto/wire";
import type { Caller } from "../app/access/caller.ts";
import { followLog, type LogPiece } from "../app/question/follow-log.ts";
import type { LogPosition } from "../domain/question/log-lines.ts";
import type { ApiDeps } from "./deps.ts";
import { assignedCluster, objectOf } from "./operations/questions.ts";

const defaultTailLines = 1000;
/** Of what was written since a position all lines count. */
const allLines = 100_000;
/** A question is followed by the next one a minute before the agent gives it up. */
const renewMs = queryLimits.lifetimeMs - 60_000;

interface LogsRequest {
  readonly params: Params<"getApplicationLogs">;
  readonly query: Query<"getApplicationLogs">;
  /** Where a reader stood who comes back: as `positionText` wrote it. */
  readonly after?: string | undefined;
  readonly caller: Caller;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** A pod's lines as the agent sends them: those that are there, or with `follow` until the container ends. Reading them is recorded before the first. */
export async function openLogs(
  { reads, questions, recordAudit }: Pick<ApiDeps, "reads" | "questions" | "recordAudit">,
  { params: { cluster: named, application }, query, after, caller, requestId, signal }: LogsRequest,
): Promise<AsyncIterable<LogPiece>> {
  const follow = query.follow ?? false;
  const position = after === undefined ? undefined : readPosition(after);
  const cluster = await assignedCluster(reads, named, application);
  await recordAudit({
    actor: caller.actor,
    action: "logs.read",
    object: `clusters/${named}/applications/${application}`,
    result: "allowed",
    requestId,
    details: { pod: query.pod, follow },
  });
  const question = {
    cluster,
    application,
    kind: "logs" as const,
    ...objectOf({ kind: "Pod", name: query.pod, ...(query.namespace === undefined ? {} : { namespace: query.namespace }) }),
  };
  const ask = (behind: LogPosition | undefined, until: AbortSignal): Promise<AsyncIterable<string>> =>
    questions.stream({ ...question, logs: { ...linesOf(query, behind), follow, timestamps: follow || query.timestamps === true } }, until);
  if (follow) return followLog({ ask, after: position, withTimes: query.timestamps ?? false, renewMs, signal });
  return pieces(await ask(undefined, AbortSignal.any([signal, AbortSignal.timeout(queryLimits.lifetimeMs)])));
}

type Lines = Omit<NonNullable<ClusterQuestion["logs"]>, "follow" | "timestamps">;

/** Behind a position everything is wanted, whatever was asked for at first. */
function linesOf(query: Query<"getApplicationLogs">, behind: LogPosition | undefined): Lines {
  const { container, previous = false, tailLines = defaultTailLines, sinceSeconds, sinceTime } = query;
  const which = { ...(container === undefined ? {} : { container }), previous };
  if (behind !== undefined) return { ...which, tailLines: allLines, sinceTime: behind.at };
  return {
    ...which,
    tailLines,
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
  };
}

async function* pieces(texts: AsyncIterable<string>): AsyncGenerator<LogPiece, void> {
  for await (const text of texts) yield { text, reached: undefined };
}

export const positionText = ({ at, lines }: LogPosition): string => `${at}~${lines}`;

function readPosition(text: string): LogPosition {
  const [, at, lines] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)~([1-9]\d{0,6})$/.exec(text) ?? [];
  if (at !== undefined && lines !== undefined) return { at, lines: Number(lines) };
  throw new DroverError("invalid", "EVENT_CURSOR_INVALID", "Last-Event-ID is no position in a log: begin again without it");
}
