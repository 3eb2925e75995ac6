import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Fetch } from "@drover/proto/rest";

/** The API client's `fetch`, over node:https: it can be told which CA to trust, and starts in a third of the time. Redirects are not followed. */
export const sendOver =
  (ca: string | undefined): Fetch =>
  async (url, { method, headers, body, signal }) => {
    const { request } = await (url.startsWith("http:") ? import("node:http") : import("node:https"));
    const options = { method, headers, ...(signal && { signal }), ...(ca !== undefined && { ca }) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, options, resolve).on("error", reject).end(body);
    });
    const status = response.statusCode ?? 0;
    return { status, ok: status >= 200 && status < 300, body: response, text: () => text(response) };
  };
