import { DroverError, type Json, parseJson } from "@drover/kit";

/** The JSON in a message from an agent. Throws `invalid` with the code that the reader of its shape uses too. */
export function parsePayload(payload: Uint8Array, code: string): Json {
  try {
    return parseJson(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  } catch (cause) {
    throw new DroverError("invalid", code, "read message: it is not JSON", { cause });
  }
}
