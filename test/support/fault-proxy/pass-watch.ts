import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson, textAt } from "@drover/kit";
import { lines } from "@drover/kit/node";
import { goneEvent } from "./answers.ts";
import type { Recording } from "./recorded.ts";
import type { Rules } from "./rules.ts";

interface OpenWatch {
  readonly answer: IncomingMessage;
  readonly response: ServerResponse;
  readonly recording: Recording;
  readonly rules: Rules;
  /** The connection ends when so much is through. */
  readonly cutAfterBytes?: number;
}

const maxLineLength = 16 * 1024 * 1024;

/** Passes a watch on, event by event, each under the rules that are in force when it comes. Bookmarks are no events of objects. */
export async function passWatch({ answer, response, recording, rules, cutAfterBytes = Infinity }: OpenWatch): Promise<void> {
  let left = cutAfterBytes;
  for await (const line of lines(answer, maxLineLength)) {
    const event = parseJson(line);
    const isObject = ["ADDED", "MODIFIED", "DELETED"].includes(textAt(event, "type"));
    const namespace = textAt(event, "object", "metadata", "namespace") || undefined;
    const call = { ...recording, namespace, name: textAt(event, "object", "metadata", "name") };
    const fault = isObject ? rules.forEvent(call)?.fault.kind : undefined;
    if (fault === "drop-event") continue;
    if (fault === "gone-event") return void response.end(goneEvent);
    const bytes = Buffer.from(`${line}\n`);
    if (bytes.length > left) return void response.write(bytes.subarray(0, left), () => response.destroy());
    left -= bytes.length;
    response.write(bytes);
  }
  response.end();
}
