import { setTimeout as delay } from "node:timers/promises";
import { canonicalJson, DroverError, type Json, parseJson } from "@drover/kit";
import { Agent, type Dispatcher, errors } from "undici";
import type { Connection } from "./connection.ts";
import { deadlineAfter } from "./deadline.ts";
import { refused } from "./errors.ts";
import { fenced } from "./fence.ts";
import { Pace } from "./pace.ts";

export interface KubeRequest {
  /** For people: `apply ConfigMap shop/settings`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: Json;
  readonly contentType?: string;
  readonly accept?: string;
  /** The user that the request acts as; the connection's own when absent. */
  readonly impersonate?: string | undefined;
  /** Asked when the request leaves; throws to refuse it. */
  readonly fence?: (() => void) | undefined;
}

export interface KubeClient {
  /** The answer of a 2xx, or an error of the port. Takes 30 s at most. */
  request(request: KubeRequest, signal: AbortSignal): Promise<Json>;
  /** The body of a 2xx as it comes, without an end that we set; ends when no byte comes for 10 minutes. */
  stream(request: KubeRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

export interface KubeClientOptions {
  readonly connection: Connection;
  /** The most that a call takes, and that a watch waits to be accepted. */
  readonly timeoutMs?: number;
  /** A watch that says nothing for so long is dead: a healthy server sends a bookmark every minute. */
  readonly watchIdleMs?: number;
}

/** As many as may be under way at once, see pace.ts. */
const maxConnections = 16;
/** A page of 500 objects of a megabyte each, the largest that etcd takes, would be more; such a page fails. */
const maxBodyBytes = 256 * 1024 * 1024;

/** A kind that was defined a moment ago answers 429 until it is read in. That is no reason to spare the others. */
const stillStarting = /storage is \(re\)initializing/;
/** How often a request that the server did not take (429) leaves before its caller is told. */
const maxAttempts = 3;

export function createKubeClient({ connection, timeoutMs = 30_000, watchIdleMs = 10 * 60_000 }: KubeClientOptions): KubeClient {
  const { key, ...tls } = connection.tls;
  const connect = { ...tls, ...(key === undefined ? {} : { key: key.reveal() }), timeout: 10_000 };
  const calls = new Agent({
    connect,
    connections: maxConnections,
    allowH2: false,
    maxResponseSize: maxBodyBytes,
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  // A watch holds its connection. There are as many as kinds, users and namespaces together, and no limit here: one that waited for a
  // connection would hold its turn for as long as the others last, and sixteen of those would stop every other request.
  const watches = new Agent({ connect, allowH2: false, bodyTimeout: watchIdleMs, headersTimeout: timeoutMs });

  const base = new URL(connection.server);
  const root = base.pathname.replace(/\/$/, "");

  const ask = async (dispatcher: Dispatcher, request: KubeRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const credentials = Object.entries(await connection.authenticate()).map(([name, secret]) => [name, secret.reveal()] as const);
    const sender = request.fence ? dispatcher.compose(fenced(request.fence)) : dispatcher;
    const answer = sender.request({
      origin: base.origin,
      path: root + request.path,
      method: request.method,
      signal,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": "drover-agent",
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
        ...(request.impersonate === undefined ? {} : { "impersonate-user": request.impersonate }),
        ...Object.fromEntries(credentials),
      },
      ...(request.body === undefined ? {} : { body: canonicalJson(request.body) }),
    });
    return abortable(answer, signal);
  };

  const send = async (dispatcher: Dispatcher, request: KubeRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    let response = await ask(dispatcher, request, signal);
    if (response.statusCode === 401) {
      // A token that was replaced early: once more with what is there now.
      await response.body.dump();
      connection.forget();
      response = await ask(dispatcher, request, signal);
    }
    if (response.statusCode < 300) return response;
    const retryAfter = Number(response.headers["retry-after"]);
    const body = jsonOrText(await response.body.text());
    throw refused(request.operation, { status: response.statusCode, body, ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}) });
  };

  const pace = new Pace();

  /** Sends the request when it is its turn, and again when the server says that it has not taken it. */
  const sendInTurn = async (dispatcher: Dispatcher, request: KubeRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const giveUpAt = performance.now() + timeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      const turn = await pace.enter(request.operation, giveUpAt - performance.now(), signal);
      try {
        const response = await send(dispatcher, request, signal);
        pace.answered();
        return response;
      } catch (thrown) {
        if (!(thrown instanceof DroverError && thrown.code === "KUBE_THROTTLED")) throw thrown;
        const isBusy = !stillStarting.test(thrown.message);
        if (isBusy) pace.slowDown(turn, retryAfterMs(thrown));
        if (attempt === maxAttempts) throw thrown;
        if (!isBusy) await delay(retryAfterMs(thrown), undefined, { signal });
      } finally {
        pace.leave();
      }
    }
  };

  return {
    request: async (request, signal) => {
      const deadline = deadlineAfter(timeoutMs, signal);
      try {
        const response = await sendInTurn(calls, request, deadline.signal);
        return parseJson(await response.body.text());
      } catch (cause) {
        throw translate(request.operation, cause, signal, deadline.isLate(), timeoutMs);
      } finally {
        deadline.clear();
      }
    },
    stream: async (request, signal) => {
      try {
        return (await sendInTurn(watches, request, signal)).body;
      } catch (cause) {
        throw translate(request.operation, cause, signal, false, timeoutMs);
      }
    },
    close: async () => void (await Promise.all([calls.destroy(), watches.destroy()])),
  };
}

function retryAfterMs({ details }: DroverError): number | undefined {
  const ms = details["retryAfterMs"];
  return typeof ms === "number" ? ms : undefined;
}

/** What ended a request that got no answer. An answer of the server is translated already. */
export function translate(operation: string, cause: unknown, signal: AbortSignal, isLate: boolean, timeoutMs: number): DroverError {
  if (cause instanceof DroverError) return cause;
  if (signal.aborted) return new DroverError("cancelled", "KUBE_CANCELLED", `${operation}: cancelled`, { cause });
  if (isLate || cause instanceof errors.HeadersTimeoutError)
    return new DroverError("timeout", "KUBE_TIMEOUT", `${operation}: no answer from the API server within ${timeoutMs / 1000} s`, {
      cause,
    });
  return new DroverError("unavailable", "KUBE_UNAVAILABLE", `${operation}: the connection to the API server failed`, { cause });
}

/** undici looks at the signal once it has a connection, which a server that hangs delays by 10 s. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function jsonOrText(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
