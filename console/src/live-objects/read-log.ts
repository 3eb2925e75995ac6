import { type ClientOptions, sendRequest, watchLog } from "@drover/proto/rest";
import { sleep } from "../live/sleep.ts";
import { followLog, type FollowDeps } from "./follow-log.ts";
import { appendLog, emptyLog, type LogBuffer } from "./log-buffer.ts";

export interface LogRequest {
  readonly cluster: string;
  readonly application: string;
  readonly pod: string;
  readonly namespace: string;
  readonly container: string | undefined;
  readonly follow: boolean;
  readonly previous: boolean;
}

/** Lines that are kept; older ones are let go, and counted. */
const maxLines = 5_000;
const tailLines = 1_000;

/** Reads a pod's lines until they end or the signal. Tells the buffer after each piece. */
export async function readLog(
  options: ClientOptions,
  { cluster, application, follow, ...query }: LogRequest,
  told: Pick<FollowDeps, "read" | "connection">,
  signal: AbortSignal,
): Promise<void> {
  const input = { params: { cluster, application }, query: { ...query, tailLines } };
  if (!follow) return readOnce((await sendRequest(options, "getApplicationLogs", { ...input, signal })).body, told.read);
  const watch: FollowDeps["watch"] = (after, signs, until) => watchLog(options, input, after, until, signs);
  return followLog({ watch, ...told, sleep }, maxLines, signal);
}

async function readOnce(body: AsyncIterable<Uint8Array> | null, read: (buffer: LogBuffer) => void): Promise<void> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let buffer = emptyLog;
  for await (const chunk of body) {
    buffer = appendLog(buffer, decoder.decode(chunk, { stream: true }), maxLines);
    read(buffer);
  }
  // The last line of a program that ended may have no end of its own.
  if (buffer.rest !== "") read(appendLog(buffer, "\n", maxLines));
}
