import { StringDecoder } from "node:string_decoder";
import { DroverError } from "../pure/errors.ts";

/** The lines of a stream of bytes, empty ones left out, each as soon as it is complete. A line of more than `maxLength` characters is an error. */
export async function* lines(body: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  for await (const chunk of body) {
    const parts = (pending + decoder.write(chunk)).split("\n");
    pending = parts.pop() ?? "";
    if (pending.length > maxLength) throw new DroverError("exhausted", "LINE_TOO_LONG", `a line is longer than ${maxLength} characters`);
    for (const part of parts) if (part !== "") yield part;
  }
}
