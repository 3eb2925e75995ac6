import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";

/** A request as its bytes said, or why they say nothing. */
export type ReceivedMessage = Message | DroverError;

/** Never throws: grpc-js would answer INTERNAL, as if it were our fault, without asking the handler. */
export function receiveMessage(input: DescMessage, bytes: Buffer): ReceivedMessage {
  try {
    return fromBinary(input, bytes);
  } catch (cause) {
    const why = cause instanceof RangeError && /call stack/.test(cause.message) ? "it is nested too deeply" : (cause as Error).message;
    return new DroverError("invalid", "REQUEST_INVALID", `the message is no ${input.typeName}: ${why}`, { cause });
  }
}

export function readableMessage(received: ReceivedMessage): Message {
  if (received instanceof DroverError) throw received;
  return received;
}
