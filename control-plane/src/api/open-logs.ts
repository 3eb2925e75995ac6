import type { Params, Query } from "@drover/proto/rest";
import { queryLimits } from "@drover/proto/wire";
import type { Caller } from "../app/access/caller.ts";
import type { ApiDeps } from "./deps.ts";
import { assignedCluster, objectOf } from "./operations/questions.ts";

const defaultTailLines = 1000;

interface LogsRequest {
  readonly params: Params<"getApplicationLogs">;
  readonly query: Query<"getApplicationLogs">;
  readonly caller: Caller;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** A pod's lines, piece by piece as the agent sends them. Reading them is recorded before the first. */
export async function openLogs(
  { reads, questions, recordAudit }: Pick<ApiDeps, "reads" | "questions" | "recordAudit">,
  { params: { cluster: named, application }, query, caller, requestId, signal }: LogsRequest,
): Promise<AsyncIterable<string>> {
  const cluster = await assignedCluster(reads, named, application);
  await recordAudit({
    actor: caller.actor,
    action: "logs.read",
    object: `clusters/${named}/applications/${application}`,
    result: "allowed",
    requestId,
    details: { pod: query.pod, follow: query.follow ?? false },
  });
  const question = {
    cluster,
    application,
    kind: "logs" as const,
    ...objectOf({ kind: "Pod", name: query.pod, ...(query.namespace === undefined ? {} : { namespace: query.namespace }) }),
    logs: {
      ...(query.container === undefined ? {} : { container: query.container }),
      follow: query.follow ?? false,
      previous: query.previous ?? false,
      tailLines: query.tailLines ?? defaultTailLines,
      ...(query.sinceSeconds !== undefined && { sinceSeconds: query.sinceSeconds }),
      ...(query.sinceTime !== undefined && { sinceTime: query.sinceTime }),
      ...(query.timestamps !== undefined && { timestamps: query.timestamps }),
    },
  };
  return questions.stream(question, AbortSignal.any([signal, AbortSignal.timeout(queryLimits.lifetimeMs)]));
}
