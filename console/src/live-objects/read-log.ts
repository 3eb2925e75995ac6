import { sendRequest, type ClientOptions } from "@drover/proto/rest";
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
  { cluster, application, ...query }: LogRequest,
  changed: (buffer: LogBuffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await sendRequest(options, "getApplicationLogs", {
    params: { cluster, application },
    query: { ...query, tailLines },
    signal,
  });
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let buffer = emptyLog;
  for await (const chunk of response.body) {
    buffer = appendLog(buffer, decoder.decode(chunk, { stream: true }), maxLines);
    changed(buffer);
  }
  // The last line of a program that ended may have no end of its own.
  if (buffer.rest !== "") changed(appendLog(buffer, "\n", maxLines));
}
