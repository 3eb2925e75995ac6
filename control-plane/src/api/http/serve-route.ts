import { DroverError } from "@drover/kit";
import { type Answer, type Body, type OperationId, type Params, type Query, routeTable } from "@drover/proto/rest";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { authorise } from "../../app/authorise.ts";
import type { Caller } from "../../app/caller.ts";
import type { Principal } from "../../app/tokens.ts";
import type { Authenticate } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { traceparentOf } from "../request-context.ts";
import { answerOnce } from "./idempotent.ts";
import { type TextAnswer, isText, render, send } from "./rendered.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | undefined;
    /** The body's bytes as they came, for signatures and for telling two requests apart. */
    rawBody: Buffer | undefined;
  }
}

/** A request once it is authorised and its parts have the shapes of its route. */
export interface ApiRequest<Id extends OperationId> {
  readonly operation: Id;
  readonly params: Params<Id>;
  readonly query: Query<Id>;
  readonly body: Body<Id>;
  readonly caller: Caller;
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly rawBody: Buffer;
  readonly header: (name: string) => string | undefined;
  readonly signal: AbortSignal;
}

export type Handler<Id extends OperationId> = (request: ApiRequest<Id>) => Promise<Answer<Id> | TextAnswer>;
export type Handlers<Id extends OperationId> = { readonly [Each in Id]: Handler<Each> };

export interface ServeOptions {
  readonly deps: ApiDeps;
  readonly authenticate: Authenticate;
  /** Compare each answer with its schema and fail when it differs. For tests. */
  readonly checkAnswers: boolean;
}

/** Longest that a handler may take before its signal says so. */
const handlerDeadlineMs = 20_000;

/** Puts one operation of the table on the server: authorise, validate, call, render. */
export function serveRoute(app: FastifyInstance, operation: OperationId, handler: Handler<OperationId>, options: ServeOptions): void {
  const route = routeTable[operation];
  const checkAnswer = options.checkAnswers && route.answer !== undefined ? answerCheck(operation, route.answer) : undefined;
  app.route({
    method: route.method,
    url: fastifyPath(route.path),
    schema: {
      ...(route.params && { params: route.params }),
      querystring: route.query ?? emptyQuery,
      ...(route.body && { body: route.body }),
    },
    config: { operation },
    onRequest: authorised(operation, options),
    handler: async (request, reply) => {
      const given = apiRequest(operation, request);
      const work = async (): Promise<unknown> => {
        const answer = await handler(given as unknown as ApiRequest<OperationId>);
        if (!isText(answer)) checkAnswer?.(answer);
        return answer;
      };
      if (route.method === "POST" && request.principal !== undefined && request.headers["idempotency-key"] !== undefined)
        return answerOnce(options.deps, request, reply, route, async () => render(route.status, await work(), route.location));
      const rendered = render(route.status, await work(), route.location);
      return send(request, reply, rendered);
    },
  });
}

const emptyQuery = { type: "object", additionalProperties: false } as const;

export const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

/** Before the body is read: nobody unauthorised makes us parse anything. */
export const authorised = (operation: OperationId, { deps, authenticate }: ServeOptions) => {
  const { permission, method } = routeTable[operation];
  return async (request: FastifyRequest): Promise<void> => {
    request.principal = permission === "public" ? undefined : await authenticate(request.headers.authorization, request.ip);
    const caller = request.principal && callerOf(request, request.principal);
    try {
      authorise(caller, permission);
    } catch (error) {
      if (caller !== undefined && method !== "GET")
        await deps.recordRefusal({
          actor: caller.actor,
          action: operation,
          object: request.url.split("?")[0] ?? "",
          result: "refused",
          requestId: request.id,
          details: { permission },
        });
      throw error;
    }
  };
};

const callerOf = (request: FastifyRequest, { actor, role }: Principal): Caller => ({
  actor,
  role,
  requestId: request.id,
  traceparent: traceparentOf(request.headers["traceparent"]),
});

/** Public operations act for nobody: their handlers never look at the caller. */
const nobody: Principal = { actor: "anonymous", role: "viewer", tokenId: "", expiresAt: 0 as Principal["expiresAt"] };

function apiRequest(operation: OperationId, request: FastifyRequest) {
  return {
    operation,
    params: request.params,
    query: request.query,
    body: request.body,
    caller: callerOf(request, request.principal ?? nobody),
    principal: request.principal,
    requestId: request.id,
    rawBody: request.rawBody ?? Buffer.alloc(0),
    header: (name: string) => [request.headers[name]].flat()[0],
    // A change goes on when its caller hangs up: it may be asked for again, and must then have one effect.
    signal: AbortSignal.any([AbortSignal.timeout(handlerDeadlineMs), ...(request.method === "GET" ? [request.signal] : [])]),
  };
}

function answerCheck(operation: OperationId, schema: TSchema): (answer: unknown) => void {
  const validator = Compile(schema);
  return (answer) => {
    const plain: unknown = JSON.parse(JSON.stringify(answer));
    if (validator.Check(plain)) return;
    const errors = validator.Errors(plain).map(({ instancePath, message }) => `${instancePath} ${message}`);
    throw new DroverError("internal", "ANSWER_INVALID", `${operation} answers what its schema does not allow: ${errors.join("; ")}`);
  };
}
