import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { isModestMessage } from "./modest-message.ts";

/**
 * The request that these bytes are. Called by the handler and not by grpc-js: that would read for everybody, before the gate, and answer
 * INTERNAL for what cannot be read.
 */
export function readMessage(input: DescMessage, bytes: Uint8Array): Message {
  const invalid = (why: string, cause?: unknown): DroverError =>
    new DroverError("invalid", "REQUEST_INVALID", `the message is no ${input.typeName}: ${why}`, { cause });
  try {
    if (isModestMessage(input, bytes)) return fromBinary(input, bytes);
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
  throw invalid("it has more parts than any operation takes");
}
