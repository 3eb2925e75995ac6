import { DroverError } from "@drover/kit";

export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** No message of ours is longer. */
const maxPending = 4 * 1024 * 1024;

/** The messages of a `text/event-stream`. Comments keep a stream alive and say nothing. */
export async function* serverSentEvents(chunks: AsyncIterable<string>): AsyncGenerator<ServerSentEvent, void> {
  let rest = "";
  for await (const chunk of chunks) {
    const messages = `${rest}${chunk}`.replaceAll("\r\n", "\n").split("\n\n");
    rest = messages.pop() ?? "";
    if (rest.length > maxPending)
      throw new DroverError("invalid", "EVENT_STREAM_INVALID", "watch: a message is longer than any of Drover's");
    for (const message of messages) {
      const data = fieldOf(message, "data");
      if (data !== undefined) yield { id: fieldOf(message, "id"), event: fieldOf(message, "event"), data };
    }
  }
}

function fieldOf(message: string, name: string): string | undefined {
  const lines = message.split("\n").filter((line) => line.startsWith(`${name}:`));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(name.length + 1).replace(/^ /, "")).join("\n");
}
