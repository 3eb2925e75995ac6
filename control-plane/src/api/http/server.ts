import { DroverError } from "@drover/kit";
import { type OperationId, routeTable } from "@drover/proto/rest";
import { type FastifyInstance, fastify } from "fastify";
import type { TSchema } from "typebox";
import { type Authenticate, createAuthenticate } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { createFailedAttempts } from "../failed-attempts.ts";
import { requestIdOf, traceparentOf } from "../request-context.ts";
import { createEventStreams } from "./event-stream.ts";
import { accessHandlers } from "./handlers/access-handlers.ts";
import { clusterHandlers } from "./handlers/cluster-handlers.ts";
import { fleetHandlers } from "./handlers/fleet-handlers.ts";
import { operationHandlers } from "./handlers/operation-handlers.ts";
import { rolloutHandlers } from "./handlers/rollout-handlers.ts";
import { statusHandlers } from "./handlers/status-handlers.ts";
import { problemSender } from "./problem.ts";
import { type Handler, type Handlers, type ServeOptions, authorised, fastifyPath, serveRoute } from "./serve-route.ts";
import { compileValidator } from "./validate.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: OperationId;
  }
}

export interface HttpServerOptions {
  /** PEM. Without it the server speaks plain HTTP: for tests, and behind a proxy on the same machine. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly authenticate?: Authenticate;
  readonly checkAnswers?: boolean;
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

export function createHttpServer(deps: ApiDeps, options: HttpServerOptions = {}): HttpServer {
  const app = createApp(options);
  const closing = new AbortController();
  const authenticate = options.authenticate ?? createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) });
  const serve: ServeOptions = { deps, authenticate, checkAnswers: options.checkAnswers ?? false };

  app.decorateRequest("principal", undefined);
  app.decorateRequest("rawBody", undefined);
  app.setValidatorCompiler<TSchema>(compileValidator);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(problemSender(deps.log));
  app.setNotFoundHandler((request) => {
    throw new DroverError("not-found", "ROUTE_NOT_FOUND", `${request.method} ${request.url.split("?")[0]}: there is no such operation`);
  });
  parseJsonBodies(app);
  addHeaders(app);
  observeRequests(app, deps);

  const watch = createEventStreams(deps, closing.signal);
  const handlers: Handlers<Exclude<OperationId, "watchEvents">> = {
    ...clusterHandlers(deps),
    ...fleetHandlers(deps.reads),
    ...rolloutHandlers(deps),
    ...statusHandlers(deps),
    ...accessHandlers(deps),
    ...operationHandlers(deps, () => closing.signal.aborted),
  };
  for (const [operation, handler] of Object.entries(handlers))
    serveRoute(app, operation as OperationId, handler as unknown as Handler<OperationId>, serve);
  serveWatch(app, watch, serve);

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

function createApp({ tls }: HttpServerOptions): FastifyInstance {
  const app = fastify({
    ...(tls && { https: { ...tls, minVersion: "TLSv1.2" as const } }),
    bodyLimit,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers["x-request-id"]),
    routerOptions: { maxParamLength: 256 },
  }) as unknown as FastifyInstance;
  app.server.maxConnections = 10_000;
  return app;
}

/** Keeps the bytes: webhooks sign them, idempotency compares them. An empty body is an empty object. */
function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, raw: Buffer, done) => {
    request.rawBody = raw;
    if (raw.length === 0) return done(null, {});
    void parse(request, raw.toString("utf8"), (error, value) => {
      if (error === null) return done(null, value);
      done(new DroverError("invalid", "REQUEST_JSON_INVALID", "the body is no JSON", { cause: error }));
    });
  });
}

/** Nothing here is a page: whatever a browser makes of an answer, it runs none of it. */
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
    const facts = { operation, status: reply.statusCode, seconds, requestId: request.id, actor: request.principal?.actor };
    if (request.method === "GET") log.debug(facts, "request answered");
    else log.info(facts, "request answered");
  });
}

/** The stream has a path of its own, and the list becomes one for a client that accepts nothing else, as EventSource does. */
function serveWatch(app: FastifyInstance, watch: ReturnType<typeof createEventStreams>, serve: ServeOptions): void {
  const { path, query } = routeTable.watchEvents;
  app.route({
    method: "GET",
    url: fastifyPath(path),
    schema: { ...(query && { querystring: query }) },
    config: { operation: "watchEvents" },
    onRequest: authorised("watchEvents", serve),
    handler: watch,
  });
  app.addHook("preHandler", async (request, reply) => {
    const streamed =
      request.routeOptions.config.operation === "listEvents" && request.headers.accept?.startsWith("text/event-stream") === true;
    return streamed ? watch(request, reply) : undefined;
  });
}
