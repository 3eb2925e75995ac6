import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";

export interface PinnedRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  /** That was judged: the only one that is connected to. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In PEM; trusted beside the system's authorities. */
  readonly ca: string | undefined;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** False when there was more than is read. */
  readonly isWhole: boolean;
}

/** Of an answer's body; the rest is not read. */
const maxBodyBytes = 64 * 1024;

/** One request on a connection of its own, to that very address. Follows no redirect, and reads a bounded answer. */
export async function requestOnce({ method, url, address, headers, body, ca }: PinnedRequest, signal: AbortSignal): Promise<PinnedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const family = isIP(address);
  const settings: RequestOptions = {
    method,
    agent: false,
    signal,
    headers: { "user-agent": "drover", ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
    lookup: (_host, { all }, done) => (all === true ? done(null, [{ address, family }]) : done(null, address, family)),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
  const request = url.protocol === "https:" ? requestHttps(url, settings) : requestHttp(url, settings);
  request.on("response", resolve).on("error", reject).end(body);
  try {
    return await readAnswer(await promise);
  } finally {
    request.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<PinnedAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBodyBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, maxBodyBytes).toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, body, isWhole: bytes <= maxBodyBytes };
}

export const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return code ?? message ?? "it does not answer";
};
