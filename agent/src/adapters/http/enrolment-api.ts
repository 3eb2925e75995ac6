import { boundaries, DroverError, type ErrorKind, isJsonObject, parseJson } from "@drover/kit";
import { readChallenge, readIdentity } from "@drover/proto/wire";
import { Agent, type Dispatcher } from "undici";
import type { EnrolmentApi } from "../../app/control-plane.ts";
import { fetchPinnedCa } from "./pinned-ca.ts";

/** How the server proves who it is before it hears the token. */
export type ApiTrust =
  | { readonly kind: "ca"; readonly pem: string }
  /** SHA-256 of a public key in the server's chain, hex. */
  | { readonly kind: "pin"; readonly sha256: string }
  /** The CAs that the system trusts. */
  | { readonly kind: "system" };

const timeoutMs = 15_000;
const maxBodyBytes = 256 * 1024;

export function createEnrolmentApi(baseUrl: URL, trust: ApiTrust): EnrolmentApi {
  const call = async (method: "GET" | "POST", path: string, body: object | undefined, signal: AbortSignal): Promise<unknown> => {
    const dispatcher = await dispatcherFor(baseUrl, trust, signal);
    try {
      return await send(dispatcher, method, new URL(path, baseUrl), body, signal);
    } finally {
      // Calls are months apart; a connection kept open would only be one more thing to go stale.
      void dispatcher.close();
    }
  };
  return {
    challenge: async (signal) => readChallenge(await call("GET", "/v1/enrol/challenge", undefined, signal)),
    enrol: async (body, signal) => readIdentity(await call("POST", "/v1/enrol", body, signal)),
    renew: async (body, signal) => readIdentity(await call("POST", "/v1/renew", body, signal)),
  };
}

async function dispatcherFor(baseUrl: URL, trust: ApiTrust, signal: AbortSignal): Promise<Agent> {
  const limits = { connectTimeout: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxResponseSize: maxBodyBytes };
  if (trust.kind === "system") return new Agent(limits);
  const ca = trust.kind === "ca" ? trust.pem : await fetchPinnedCa(baseUrl, trust.sha256, signal);
  // The pinned certificate may be one in the middle of a chain, or the server's own.
  return new Agent({ ...limits, connect: { ca, allowPartialTrustChain: true, timeout: timeoutMs } });
}

async function send(
  dispatcher: Dispatcher,
  method: "GET" | "POST",
  url: URL,
  body: object | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const operation = `${method} ${url.pathname}`;
  const { statusCode, text } = await exchange(dispatcher, method, url, body, signal).catch((cause: unknown) => {
    throw new DroverError("unavailable", "API_UNREACHABLE", `${operation} at ${url.origin}: no answer`, { cause });
  });
  const value = parsed(text);
  if (statusCode >= 200 && statusCode < 300) return value;
  throw problem(operation, statusCode, value);
}

async function exchange(
  dispatcher: Dispatcher,
  method: "GET" | "POST",
  url: URL,
  body: object | undefined,
  signal: AbortSignal,
): Promise<{ readonly statusCode: number; readonly text: string }> {
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname,
    method,
    signal,
    headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { statusCode: answer.statusCode, text: await answer.body.text() };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined; // a proxy's page: the status says enough
  }
}

/** The server's own code and words, from its problem+json. */
function problem(operation: string, status: number, value: unknown): DroverError {
  const { code, detail } = isJsonObject(value) ? value : {};
  const kind =
    (Object.keys(boundaries) as ErrorKind[]).find((one) => boundaries[one].http === status) ?? (status >= 500 ? "unavailable" : "invalid");
  return new DroverError(
    kind,
    typeof code === "string" ? code : "API_REFUSED",
    `${operation}: ${typeof detail === "string" ? detail : `the API answered ${status}`}`,
  );
}
