import { isUtf8 } from "node:buffer";
import type { Server as TlsServer } from "node:tls";
import { DroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { type OperationId, routeTable, type WatchId } from "@drover/proto/rest";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { TSchema } from "typebox";
import type { ServedCertificate } from "../../app/served-certificate.ts";
import { type Admit, createAdmit } from "../admit.ts";
import { allOperations, type Streamed } from "../all-operations.ts";
import { createAuthenticate } from "../authenticate.ts";
import { type TrustsProxy, trustsNobody } from "../client-address.ts";
import type { ApiDeps } from "../deps.ts";
import { createFailedAttempts } from "../failed-attempts.ts";
import { requestIdOf, traceparentOf } from "../request-context.ts";
import { createEventStreams } from "./event-stream.ts";
import { healthOperations } from "./health.ts";
import { isModestJson } from "./json-shape.ts";
import { createLogStreams } from "./log-stream.ts";
import { watchOperations } from "../operations/watches.ts";
import { createResourceStreams } from "./resource-stream.ts";
import { createStreams } from "./sse.ts";
import { serveConsole } from "./console.ts";
import { serveDocs } from "./docs-page.ts";
import { serveErrorPages } from "./error-page.ts";
import { methodsAt } from "./methods-at.ts";
import { problemSender } from "./problem.ts";
import type { Handler, Handlers } from "../operation.ts";
import { type ServeOptions, admitted, fastifyPath, serveRoute } from "./serve-route.ts";
import { refuseUnreadable } from "./unreadable-request.ts";
import { compileValidator } from "../validate.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: OperationId;
  }
}

export interface HttpServerOptions {
  /** Without it the server speaks plain HTTP: for tests, and behind a proxy on the same machine. */
  readonly tls?: ServedCertificate;
  /** Shared with gRPC, so that both count the same failures. */
  readonly admit?: Admit;
  /** Nobody's when absent. */
  readonly trusts?: TrustsProxy;
  readonly checkAnswers?: boolean;
  /** How long a request may take to arrive, head and body. */
  readonly arrivalMs?: number;
  /** Folder of the built console. Without one there is no page. */
  readonly consoleDir?: string;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  /** Answers the port, which matters when 0 was asked for. */
  listen(listener: { readonly host: string; readonly port: number }): Promise<number>;
  /** Says "not ready" from now on and ends watches, so that clients and balancers go elsewhere; requests are still answered. */
  drain(): void;
  /** Drains, lets requests finish, and closes. */
  close(): Promise<void>;
}

const bodyLimit = 1024 * 1024;
const longestArrivalMs = 30_000;
const tlsFloor = { minVersion: "TLSv1.2" } as const;

export function createHttpServer(deps: ApiDeps, options: HttpServerOptions = {}): HttpServer {
  const app = createApp(options, deps.log);
  const closing = new AbortController();
  const admit = options.admit ?? createAdmit(deps, createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) }));
  const serve: ServeOptions = {
    deps,
    admit,
    trusts: options.trusts ?? trustsNobody,
    failures: createFailedAttempts(deps.clock),
    checkAnswers: options.checkAnswers ?? false,
  };

  app.decorateRequest("admitted", undefined);
  app.decorateRequest("rawBody", undefined);
  app.setValidatorCompiler<TSchema>(compileValidator);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(problemSender(deps.log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const allowed = methodsAt(path).join(", ");
    if (allowed === "") throw new DroverError("not-found", "ROUTE_NOT_FOUND", `${request.method} ${path}: there is no such operation`);
    void reply.header("allow", allowed);
    throw new DroverError("invalid", "METHOD_NOT_ALLOWED", `${request.method} ${path}: this path takes ${allowed}`);
  });
  parseJsonBodies(app);
  addHeaders(app);
  observeRequests(app, deps);

  const handlers: Handlers<Exclude<OperationId, Streamed>> = {
    ...allOperations(deps),
    ...healthOperations(deps, () => closing.signal.aborted),
  };
  for (const [operation, handler] of Object.entries(handlers))
    serveRoute(app, operation as OperationId, handler as unknown as Handler<OperationId>, serve);
  const streams = createStreams(deps, closing.signal);
  const watch = createEventStreams(deps, streams);
  serveStream(app, "watchEvents", watch, serve);
  serveEventsToEventSources(app, watch);
  const watches = watchOperations(deps);
  const follow = createResourceStreams(deps, watches, streams);
  for (const operation of Object.keys(watches) as WatchId[]) serveStream(app, operation, follow(operation), serve);
  serveStream(app, "getApplicationLogs", createLogStreams(deps, streams, closing.signal), serve);
  serveDocs(app);
  serveErrorPages(app);
  if (options.consoleDir !== undefined) serveConsole(app, options.consoleDir);

  return {
    app,
    async listen({ host, port }) {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    drain: () => closing.abort(),
    async close() {
      closing.abort();
      await app.close();
    },
  };
}

const lookingEvery = (arrivalMs: number) => ({ headersTimeout: arrivalMs, connectionsCheckingInterval: Math.ceil(arrivalMs / 6) });

function createApp({ tls, arrivalMs = longestArrivalMs }: HttpServerOptions, log: Log): FastifyInstance {
  const sendProblem = problemSender(log);
  const app = fastify({
    // What is wrong before a route is found is a problem like any other.
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    // Node looks only so often whose time is over.
    ...(tls === undefined ? { http: lookingEvery(arrivalMs) } : { https: { ...tls.current(), ...tlsFloor, ...lookingEvery(arrivalMs) } }),
    bodyLimit,
    requestTimeout: arrivalMs,
    connectionTimeout: 60_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers["x-request-id"]),
    routerOptions: { maxParamLength: 1_000 },
  }) as unknown as FastifyInstance;
  app.server.maxConnections = 10_000;
  tls?.onRenewed((pair) => (app.server as unknown as TlsServer).setSecureContext({ ...pair, ...tlsFloor }));
  return app;
}

/** Keeps the bytes: webhooks sign them, idempotency compares them. An empty body is an empty object. */
function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, raw: Buffer, done) => {
    request.rawBody = raw;
    if (raw.length === 0) return done(null, {});
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity")
      return done(
        new DroverError("invalid", "REQUEST_ENCODED", `the body is sent as ${encoding}: send it as it is, without Content-Encoding`),
      );
    if (!isUtf8(raw)) return done(new DroverError("invalid", "REQUEST_JSON_INVALID", "the body is no UTF-8"));
    if (!isModestJson(raw))
      return done(new DroverError("invalid", "REQUEST_INVALID", "body has more parts, or more levels, than any operation takes"));
    void parse(request, raw.toString("utf8"), (error, value) => {
      if (error === null) return done(null, value);
      done(new DroverError("invalid", "REQUEST_JSON_INVALID", "the body is no JSON", { cause: error }));
    });
  });
}

/** No answer of the API is a page: whatever a browser makes of it, it runs none of it. The console sets its own policy. */
const fixedHeaders = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "strict-transport-security": "max-age=31536000",
} as const;

function addHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers({ ...fixedHeaders, "x-request-id": request.id });
    const traceparent = traceparentOf(request.headers["traceparent"]);
    if (traceparent !== undefined) void reply.header("traceparent", traceparent);
  });
}

function observeRequests(app: FastifyInstance, { log, observe }: Pick<ApiDeps, "log" | "observe">): void {
  app.addHook("onResponse", async (request, reply) => {
    const operation = request.routeOptions.config.operation ?? "unknown";
    const seconds = reply.elapsedTime / 1000;
    observe({ protocol: "rest", operation, code: reply.statusCode, seconds });
    const facts = { operation, status: reply.statusCode, seconds, requestId: request.id, actor: request.admitted?.caller.actor };
    if (request.method === "GET") log.debug(facts, "request answered");
    else log.info(facts, "request answered");
  });
}

type Stream = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** An operation whose answer has no end that could be waited for. */
function serveStream(app: FastifyInstance, operation: OperationId, stream: Stream, serve: ServeOptions): void {
  const { path, query, params } = routeTable[operation];
  app.route({
    method: "GET",
    url: fastifyPath(path),
    schema: { ...(query && { querystring: query }), ...(params && { params }) },
    config: { operation },
    onRequest: admitted(operation, serve),
    handler: stream,
  });
}

/** The stream has a path of its own, and the list becomes one for a client that accepts nothing else, as EventSource does. */
function serveEventsToEventSources(app: FastifyInstance, watch: Stream): void {
  app.addHook("preHandler", async (request, reply) => {
    const streamed =
      request.routeOptions.config.operation === "listEvents" && request.headers.accept?.startsWith("text/event-stream") === true;
    return streamed ? watch(request, reply) : undefined;
  });
}
