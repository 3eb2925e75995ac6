import { DroverError, type ErrorKind, boundaries } from "@drover/kit";
import type { Problem } from "./problem.ts";
import { problemMediaType } from "./problem-media-type.ts";
import { type Route, fillPath } from "./route.ts";
import { type Answer, type Body, type OperationId, type Params, type Query, routeTable } from "./routes.ts";
import { whyUnreachable } from "./why-unreachable.ts";

export interface ClientOptions {
  /** Like https://drover.example.com; a path in it is kept. */
  readonly baseUrl: string;
  /** The secret of an API token. Public operations need none. */
  readonly token?: string | undefined;
  /** Where a private CA has to be trusted, a fetch that does. */
  readonly fetch?: Fetch | undefined;
  /** Sent with every request, such as User-Agent. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** As much of `fetch` as a client needs. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchResponse>;

export interface FetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly redirect: "error";
}

export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** With PUT and DELETE of a versioned object: the version that was read, or `*` for whichever there is. */
  readonly ifMatch?: number | "*" | undefined;
  /** With any change: the same key and body gives the same answer, however often it is sent. */
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Optional members may also be given as undefined; they are then left out. */
export type Loose<T> = { readonly [K in keyof T]: {} extends Pick<T, K> ? T[K] | undefined : T[K] };

type Given<Key extends string, Value> = undefined extends Value
  ? { readonly [K in Key]?: undefined }
  : {} extends Value
    ? { readonly [K in Key]?: Loose<Value> }
    : { readonly [K in Key]: Loose<Value> };

export type Input<Id extends OperationId> = CallOptions & Given<"params", Params<Id>> & Given<"query", Query<Id>> & Given<"body", Body<Id>>;

/** Input may be left out where nothing in it is required. */
export type Arguments<Id extends OperationId> = {} extends Input<Id> ? [input?: Input<Id>] : [input: Input<Id>];

/** Calls one operation. Throws a DroverError with the server's code, or `unavailable` SERVER_UNREACHABLE. */
export type Client = <Id extends OperationId>(operationId: Id, ...args: Arguments<Id>) => Promise<Answer<Id>>;

interface AnyInput extends CallOptions {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly body?: unknown;
}

export function createClient(options: ClientOptions): Client {
  const call = async (operationId: OperationId, input: AnyInput = {}): Promise<unknown> => {
    const response = await sendRequest(options, operationId, input);
    if (response.status === 204) return undefined;
    const media = routeTable[operationId].media?.[0] ?? "application/json";
    const text = await response.text().catch((cause: unknown) => unreachable(options, operationId, cause));
    return media === "application/json" ? parseAnswer(operationId, text) : text;
  };
  return call as Client;
}

/** The response of one operation once its head is there, for whoever reads the body piece by piece. Throws like a client. */
export async function sendRequest(options: ClientOptions, operationId: OperationId, input: AnyInput): Promise<FetchResponse> {
  const route = routeTable[operationId];
  const request: Fetch = options.fetch ?? fetch;
  const response = await request(urlOf(options.baseUrl, route, input), {
    method: route.method,
    headers: headersOf(options, route, input),
    ...(route.body === undefined ? {} : { body: JSON.stringify(input.body ?? {}) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
    redirect: "error", // a token must not follow to somewhere else
  }).catch((cause: unknown) => unreachable(options, operationId, cause, input.signal));
  if (!response.ok) throw await errorOf(operationId, response);
  return response;
}

function urlOf(baseUrl: string, route: Route, { params = {}, query = {} }: AnyInput): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const tail = search.size > 0 ? `?${search.toString()}` : "";
  return baseUrl.replace(/\/+$/, "") + fillPath(route.path, params) + tail;
}

function headersOf(options: ClientOptions, route: Route, input: AnyInput): Record<string, string> {
  return {
    accept: [route.media?.[0] ?? "application/json", problemMediaType].join(", "),
    ...(route.body === undefined ? {} : { "content-type": "application/json" }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(input.idempotencyKey === undefined ? {} : { "idempotency-key": input.idempotencyKey }),
    ...(input.ifMatch === undefined ? {} : { "if-match": input.ifMatch === "*" ? "*" : `"${input.ifMatch}"` }),
    ...options.headers,
    ...input.headers,
  };
}

function parseAnswer(operationId: OperationId, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DroverError(
      "unavailable",
      "SERVER_ANSWER_INVALID",
      `${inWords(operationId)}: the answer is no JSON; is this a Drover server?`,
      {
        cause,
      },
    );
  }
}

function unreachable(options: ClientOptions, operationId: OperationId, cause: unknown, signal?: AbortSignal): never {
  if (signal?.aborted === true) {
    const late = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
    throw new DroverError(
      late ? "timeout" : "cancelled",
      late ? "DEADLINE_EXCEEDED" : "CANCELLED",
      `${inWords(operationId)}: no answer in time`,
      {
        cause,
      },
    );
  }
  throw new DroverError("unavailable", "SERVER_UNREACHABLE", `${inWords(operationId)}: ${whyUnreachable(options.baseUrl, cause)}`, {
    cause,
  });
}

async function errorOf(operationId: OperationId, response: FetchResponse): Promise<DroverError> {
  const text = await response.text().catch(() => "");
  const problem = readProblem(text);
  const kind = kindOf(response.status);
  if (problem === undefined)
    return new DroverError(
      kind,
      `HTTP_${response.status}`,
      `${inWords(operationId)}: the server answered ${response.status} without saying why`,
    );
  const details = {
    ...problem.details,
    requestId: problem.requestId,
    status: problem.status,
    ...(problem.errors && { errors: problem.errors }),
  };
  return new DroverError(
    kind,
    problem.code,
    problem.detail ?? `${inWords(operationId)}: the server failed; ask with request id ${problem.requestId}`,
    { details },
  );
}

function readProblem(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === "string" ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** The first kind with this status: `exists` and `wrong-state` share 409, and clients go by the code. */
function kindOf(status: number): ErrorKind {
  const kinds = Object.entries(boundaries) as [ErrorKind, { readonly http: number }][];
  return kinds.find(([, { http }]) => http === status)?.[0] ?? (status >= 500 ? "unavailable" : "invalid");
}

/** `listClusters` as people read it. */
const inWords = (operationId: OperationId): string => operationId.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
