import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { roomWithin } from "../room-within.ts";

/** What hooks have set so far; a hijacked reply does not send it by itself. */
export const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));

/** Resolves when there is room for more; a client that takes nothing is cut. */
export async function writeWithin(out: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (out.write(text)) return;
  try {
    await roomWithin(out, "write stream", signal);
  } catch (error) {
    out.destroy();
    throw error;
  }
}
