import type { ServerResponse } from "node:http";
import { DroverError } from "@drover/kit";
import type { FastifyReply } from "fastify";

/** What hooks have set so far; a hijacked reply does not send it by itself. */
export const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));

/** Resolves when there is room for more. A client that takes no bytes for so long is cut: `exhausted` WATCH_CUT. */
export async function writeWithin(out: ServerResponse, text: string, deadlineMs: number, signal: AbortSignal): Promise<void> {
  if (out.write(text)) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      out.destroy();
      reject(new DroverError("exhausted", "WATCH_CUT", "write stream: the client takes no more"));
    };
    limit.addEventListener("abort", stop, { once: true });
    out.once("drain", () => {
      limit.removeEventListener("abort", stop);
      resolve();
    });
  });
}
