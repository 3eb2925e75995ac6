import { lookup } from "node:dns/promises";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { DroverError } from "@drover/kit";
import { type EgressPolicy, judgeEgress } from "../../domain/fleet/egress.ts";
import type { HttpAnswer, HttpCall } from "../../app/gate/measure-gate.ts";
import { loadToken } from "./token-folder.ts";

export interface CallOptions {
  readonly egress: EgressPolicy;
  /** Holds one folder for each credentialsRef. */
  readonly credentialsDir: string;
  /** The system's resolver when absent. */
  readonly resolveHost?: (host: string) => Promise<readonly string[]>;
}

/** Of an answer's body; the rest is not read. */
const maxBodyBytes = 64 * 1024;

/**
 * Calls a URL that somebody wrote into a fleet file: connects to the very address that was judged, follows no redirect, and reads a
 * bounded answer. Throws `forbidden` GATE_EGRESS_REFUSED, `unavailable` GATE_UNREACHABLE or GATE_CREDENTIALS_MISSING, and what `signal` aborts with.
 */
export async function callChecked(options: CallOptions, { url, credentialsRef }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const target = new URL(url);
  const address = await aborting(checkedAddress(options, target), signal);
  const credentials = await loadToken(options.credentialsDir, credentialsRef);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const family = isIP(address);
  const settings: RequestOptions = {
    method: "GET",
    agent: false,
    signal,
    headers: { accept: "*/*", "user-agent": "drover", ...(credentials.token && { authorization: `Bearer ${credentials.token.reveal()}` }) },
    lookup: (_host, { all }, done) => (all === true ? done(null, [{ address, family }]) : done(null, address, family)),
    ...(credentials.ca === undefined ? {} : { ca: [...rootCertificates, credentials.ca] }),
  };
  const request = target.protocol === "https:" ? requestHttps(target, settings) : requestHttp(target, settings);
  request.on("response", resolve).on("error", reject).end();
  try {
    return await readAnswer(await promise);
  } catch (cause) {
    signal.throwIfAborted();
    throw new DroverError("unavailable", "GATE_UNREACHABLE", `call ${target.host}: ${reasonOf(cause)}`, { cause });
  } finally {
    request.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBodyBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, maxBodyBytes).toString("utf8");
  return { status: response.statusCode ?? 0, body, isWhole: bytes <= maxBodyBytes };
}

/** Judges where the host points to now, and answers the address to connect to: nobody may resolve it a second time. */
async function checkedAddress({ egress, resolveHost = resolveBySystem }: CallOptions, url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const addresses = await resolveHost(host).catch((cause: unknown) => {
    throw new DroverError("unavailable", "GATE_UNREACHABLE", `call ${url.host}: its name does not resolve`, { cause });
  });
  const verdict = judgeEgress(egress, host, port, addresses);
  if (verdict.kind === "refused")
    throw new DroverError(
      "forbidden",
      "GATE_EGRESS_REFUSED",
      `call ${url.host}: it resolves to ${verdict.address}, a ${verdict.because} address; add ${host}:${port} to DROVER_EGRESS_ALLOW if that is meant`,
    );
  const [address] = addresses;
  if (address === undefined) throw new DroverError("unavailable", "GATE_UNREACHABLE", `call ${url.host}: its name has no address`);
  return address;
}

const resolveBySystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** A resolver cannot be stopped, only left alone. */
function aborting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const aborted = (): void => reject(signal.reason as Error);
  if (signal.aborted) aborted();
  signal.addEventListener("abort", aborted, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", aborted));
}

const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return code ?? message ?? "it does not answer";
};
